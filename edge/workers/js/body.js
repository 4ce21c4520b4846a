/** Bodies as streams: read when the visitor reads, let go when the visitor leaves. */

/** Bytes that enter the module at once. */
const PIECE = 64 * 1024;

/** The origin's body through the engine. */
export function rewritten(body, talk, patience) {
  const stopped = () => new Error("the engine stopped in the middle of a page");
  return stream(body, patience, {
    *change(piece) {
      for (let from = 0; from < piece.byteLength; from += PIECE) {
        const out = talk.rewrite(piece.subarray(from, from + PIECE));
        // Without its end the response is visibly broken; a short page would look whole.
        if (!out) throw stopped();
        yield out;
      }
    },
    last() {
      const out = talk.rewrite();
      if (!out) throw stopped();
      talk.close();
      return out;
    },
    broke() {
      talk.fail();
      talk.close();
    },
    left: () => talk.close(),
  });
}

/** The origin's body as it is, which breaks off where the origin is silent for too long. */
export function watched(body, patience) {
  const nothing = () => {};
  return stream(body, patience, { *change(piece) { yield piece; }, last: () => new Uint8Array(), broke: nothing, left: nothing });
}

function stream(body, patience, { change, last, broke, left }) {
  const reader = body.getReader();
  let over = false;
  const next = () => (patience ? inTime(reader.read(), patience) : reader.read());
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          for (let sent = false; !sent; ) {
            const { done, value } = await next();
            if (over) return;
            for (const out of done ? [last()] : change(value)) {
              if (out.byteLength) controller.enqueue(out);
              sent ||= out.byteLength > 0;
            }
            if (done) {
              over = true;
              return controller.close();
            }
          }
        } catch (error) {
          if (over) return;
          over = true;
          broke();
          reader.cancel(error).catch(() => {});
          controller.error(error);
        }
      },
      cancel(reason) {
        over = true;
        left();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

async function inTime(read, patience) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the origin is silent")), patience);
  });
  try {
    return await Promise.race([read, late]);
  } finally {
    clearTimeout(timer);
  }
}
