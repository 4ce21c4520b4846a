/** Parvis in the browser: personalizes the blocks of a page within the visit, with what the visitor agreed to. */

/** What a visitor looked at: a category, an item (its category is the catalog's), both, or the results of a search. */
export interface View {
  item?: string;
  category?: string;
  /**
   * What the visitor searched for, where the results came without a page of their own. It is kept as the edge keeps it: in
   * small letters, never with `@` or seven digits, with the visitor's permission, while a campaign asks for it.
   */
  search?: string;
}

/** A line of the cart. */
export interface Line {
  item: string;
  /** Pieces, 1 if left out. */
  quantity?: number;
}

/** A line of a purchase. */
export interface Purchase {
  item: string;
  /** Its category; the catalog's if left out. */
  category?: string;
  /** Pieces that leave the cart, all of them if left out. */
  quantity?: number;
}

/** What data is used for, where the visitor has a choice. */
export type Purpose =
  | "device_storage"
  | "session_personalization"
  | "persistent_personalization"
  | "profile"
  | "precise_geo"
  | "measurement"
  | "experimentation"
  | "sale_share";

/** A choice made through Parvis itself, in place of the one before. What it does not name is left to the banner. */
export interface Choice {
  /** Purposes granted; those that need the visitor's device grant `device_storage` with them. */
  grant?: Purpose[];
  /** Purposes denied. Here as everywhere, a denial wins. */
  deny?: Purpose[];
  /**
   * The version, 1 to 4095, of the notice that told the visitor of the conflict with Global Privacy Control. Only with it
   * does a grant of `sale_share` override that signal, and only in the United States.
   */
  notice?: number;
}

/** What a block shows and why. */
export interface Shown {
  block: string;
  /** Empty where no campaign applies. */
  campaign: string;
  variant: string;
  /** A closed code, such as `matched` or `not-permitted`; `explain()` has the sentence. Empty where only the edge knows it. */
  reason: string;
  source: "edge" | "browser";
}

export interface Explanation {
  /** Who made the decisions below. */
  source: "edge" | "browser";
  /**
   * What became of the visitor's opt-out of sale, by Global Privacy Control or by a stored choice: it is honored here. Some laws
   * want the site to show that.
   */
  optOut: "processed" | null;
  blocks: (Shown & { sentence: string })[];
  /**
   * Why each campaign of these blocks applies or not, as the page finds it now: the first condition that failed, what was found
   * and what was asked for. Of what the visitor did not permit it says just that.
   */
  campaigns: { block: string; campaign: string; reason: string; sentence: string }[];
  purposes: { purpose: string; state: "granted" | "denied" | "unknown"; decision: "allow" | "block" | "exempt"; sentence: string }[];
  signals: { name: string; value: string | null; purpose: string; sentence: string }[];
}

/**
 * The sentences of a language: each table by the codes and names of the package's own, with `{…}` filled in. What is left out is
 * said in English.
 */
export interface Sentences {
  language?: string;
  reasons?: Record<string, string>;
  purposes?: Record<string, string>;
  signals?: Record<string, string>;
  words?: Record<string, string>;
}

/** The details of the events, which are dispatched as `parvis:decision` and so on and bubble from the block. */
export interface Events {
  /** A block was decided. */
  decision: Shown;
  /** What was decided is in the page. */
  applied: Shown;
  /** The visitor is busy in the block: it changes when they leave it. */
  held: Shown;
  /** What the visitor allows has changed: the purposes allowed before and now. */
  consent: { before: string[]; allowed: string[] };
  /**
   * Something failed, and the page stays as it is. `csp` means that the page's policy refuses WebAssembly, `choice` that
   * `choose` was given something that is no choice.
   */
  error: { reason: "csp" | "load" | "playbook" | "page" | "choice" | "internal"; message: string };
}

export interface Options {
  /** The compiled playbook: its address, which every edge serves as `/parvis/playbook.bin`, or its bytes. */
  playbook: string | URL | ArrayBuffer | Uint8Array;
  /** Whether an edge stands before the site. With one, nothing is decided while the page loads. */
  edge: boolean;
  /** The visitor's country, two letters, where the site knows it. Unknown means opt-in. */
  country?: string;
  /** 32 random bytes, for tests; `crypto.getRandomValues` otherwise. */
  entropy?: Uint8Array;
}

/** A date with small values, of those that the playbook lists for it; what is too long or not listed is dropped whole. */
export interface DatedValues {
  date: string;
  platform?: string;
  gate?: string;
  seat?: string;
  file?: string;
}

/** Parvis at work in this page. */
export interface Parvis {
  /** Settles when the page shows what was decided for it. It is never rejected. */
  readonly ready: Promise<void>;
  /** The visitor looked at something without leaving the page. */
  view(view: View): Promise<void>;
  /** The cart now holds these lines. */
  cart(lines: Line[]): Promise<void>;
  /**
   * The visitor bought these lines: tell it on the page that confirms the order, once, before the emptied cart. Otherwise
   * what leaves the cart counts as removed.
   */
  bought(lines: Purchase[]): Promise<void>;
  /** The visitor waved away what this block shows. Whether and how long it stays away, the campaign's cap says. */
  dismiss(block: string): Promise<void>;
  /**
   * The site knows a date of the visitor: `{ trip: "2027-05-01T08:15", birthday: "03-14" }`, by its name in the playbook, with a time of
   * the site's clock or without; `null` takes it away. `{ trip: { date: "2027-05-01T08:15", platform: "7" } }` has values with
   * it, which the playbook lists: 1 to 16 bytes of text each, replaced and taken away with the date. It is kept only with the visitor's permission, and only while a campaign runs around it.
   */
  declare(dates: Record<string, string | null | DatedValues>): Promise<void>;
  /**
   * The visitor said what they prefer: `prefer("sport", "running")`, by name and value of the playbook's `preferences`; `null` takes
   * it back, and what is not listed there is dropped. It is kept only with the visitor's permission, and only while a campaign
   * asks. Behind an edge it counts from the visitor's next page on.
   */
  prefer(name: string, value: string | null): Promise<void>;
  /** The visitor's choice may have changed; needed for banners that announce nothing. */
  consentChanged(): Promise<void>;
  /**
   * The visitor chose, here and now, in a form of the site's own. What is denied is gone at once, as with `withdraw`; the promise
   * says whether that was done, or where nothing is denied whether the choice was taken.
   */
  choose(choice: Choice): Promise<boolean>;
  /**
   * The visitor takes everything back: all purposes are denied until they choose anew. The denial is written, what scripts can
   * reach is deleted, and what was shown with it is taken away before this returns, without module, playbook or network.
   * The promise is `false` if the browser did not store the denial; what was shown is gone all the same.
   */
  withdraw(): Promise<boolean>;
  /**
   * Why every block shows what it shows, in the playbook's `site.language`, in another `language` of the package (`en`, `fr`), or
   * in `sentences` of the site's own.
   */
  explain(how?: { language?: string; sentences?: Sentences }): Promise<Explanation>;
  /** Calls `listener` for each event of a type; returns what takes it away again. */
  on<Type extends keyof Events>(type: Type, listener: (detail: Events[Type], event: CustomEvent<Events[Type]>) => void): () => void;
  /** Stops listening; what is shown stays. */
  destroy(): void;
}

/** Starts Parvis in this page. Starting again gives the same one; on a server nothing happens. */
export function start(options: Options): Parvis;
