// Links that carry a program in their fragment, which browsers send to no server.
(() => {
  const ours = window.exampleOutput;
  const LONGEST = 8_000; // characters of a link, which mail and chat programs keep whole
  const START = "#program=1."; // with the version of the format

  const through = async (bytes, stream) =>
    new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
  const toText = (bytes) =>
    btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/=+$/, "");
  const fromText = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  /** The address of the page that opens such links; empty if the site has none. */
  const labAddress = () => {
    const lab = document.querySelector('meta[name="example-lab"]')?.content;
    return lab === undefined ? "" : new URL(lab, location.href.split("#")[0]).href.split("#")[0];
  };
  /** A link to a program; empty if it would be too long. */
  const linkTo = async (file, text) => {
    const bytes = new TextEncoder().encode(JSON.stringify([file, text]));
    const packed = await through(bytes, new CompressionStream("deflate-raw"));
    const link = labAddress() + START + toText(packed);
    return link.length > LONGEST ? "" : link;
  };
  /**
   * The program of a link's fragment, `[file, text]`; `undefined` if it has none.
   * @throws if it is damaged.
   */
  const programOf = async (fragment) => {
    if (!fragment.startsWith("#program=")) return undefined;
    const packed = fromText(fragment.slice(START.length));
    const bytes = await through(packed, new DecompressionStream("deflate-raw"));
    const [file, text] = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (!fragment.startsWith(START) || typeof file !== "string" || typeof text !== "string") {
      throw new Error("this is not a program");
    }
    return [file, text];
  };

  Object.assign(ours, { labAddress, linkTo, programOf });
})();
