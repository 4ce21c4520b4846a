/** Dates and the clock on the wall, in milliseconds since 1970. */

export const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** The place of a day in `WEEKDAYS`. */
export const weekday = (time) => (new Date(time).getUTCDay() + 6) % 7;

/** Minutes of `18:30`. */
export const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What the clock of a site shows, as if it were in UTC: in its zone, or in summer, by the rule it names, an hour more. */
export function local(now, { time_zone, utc_offset_minutes, daylight_saving }) {
  if (time_zone) return inZone(now, time_zone);
  const standard = now + utc_offset_minutes * MINUTE;
  const sundayFrom = (month, day, hour) => {
    const from = Date.UTC(new Date(now).getUTCFullYear(), month - 1, day);
    return from + (6 - weekday(from)) * DAY + hour * HOUR;
  };
  const eu = sundayFrom(3, 25, 1) <= now && now < sundayFrom(10, 25, 1);
  const us = sundayFrom(3, 8, 2) <= standard && standard < sundayFrom(11, 1, 1);
  return { eu, us }[daylight_saving] ? standard + HOUR : standard;
}

const formats = new Map();

/** The same in a time zone, by the database that Node brings. */
function inZone(now, timeZone) {
  if (!formats.has(timeZone)) {
    const numeric = "numeric";
    const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric };
    formats.set(timeZone, new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", ...parts }));
  }
  const parts = formats.get(timeZone).formatToParts(now).map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute) + (((now % MINUTE) + MINUTE) % MINUTE);
}

/** When the clock of a site shows a time, the earlier of two; one that it skips comes as long after the change. */
function utcOf(wall, site) {
  const around = Array.from({ length: 13 }, (_, at) => wall + (at - 6) * 6 * HOUR);
  const offsets = around.map((time) => local(time, site) - time);
  const times = offsets.map((offset) => wall - offset).filter((time) => local(time, site) === wall);
  return times.length > 0 ? Math.min(...times) : wall - Math.min(...offsets);
}

/** What stands in a date's number for its time: the minute of the day and one more, so many times. */
const TIMES = 65_536;

/** How many minutes lie between now and a date, negative before it; null where the date has no time. */
export function minutesSince(number, now, site) {
  const [day, time] = [number % TIMES, Math.floor(number / TIMES)];
  if (day < 512 || time === 0) return null;
  return Math.floor(now / MINUTE) - utcOf(day * DAY + (time - 1) * MINUTE, site) / MINUTE;
}

/**
 * A declared date as cookies have it: the day since 1970, or of one that comes back every year its month times 32 and
 * its day; 0 takes a date away. Null for what is no date, and for days too early or too late to be written.
 */
export function dateNumber(text, yearly) {
  const [, date, time] = /^(.{10})T((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  if (time && !yearly) {
    const day = dateNumber(date, false);
    return day && day + TIMES * (minutes(time) + 1);
  }
  const full = yearly && text.length === 5 ? `2000-${text}` : text;
  const day = Date.parse(`${full}T00:00:00Z`) / DAY;
  const isDate = !Number.isNaN(day) && new Date(day * DAY).toISOString().slice(0, 10) === full;
  if (!isDate) return text === "" ? 0 : null;
  if (yearly) return Number(full.slice(5, 7)) * 32 + Number(full.slice(8));
  return day >= 512 && day < 65_536 ? day : null;
}

/** How many days before `today` a date lies, if that is in the window; one of every year where it lies nearest. */
export function daysSince(numbers, today, from, to) {
  const number = numbers % TIMES;
  const year = new Date(today * DAY).getUTCFullYear();
  // 29 February is 1 March in a year that has none.
  const inYear = (ahead) => today - Date.UTC(year + ahead, Math.floor(number / 32) - 1, number % 32) / DAY;
  const all = number >= 512 ? [today - number] : number > 0 ? [-2, -1, 0, 1, 2].map(inYear) : [];
  return all.filter((days) => from <= days && days <= to).sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? null;
}
