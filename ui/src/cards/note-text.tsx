import { lexer, type Token, type Tokens } from "marked";
import { Fragment, type ReactNode, useMemo } from "react";

/** How deep lists may stand in lists; what is deeper is shown as it was written. */
const deepest = 8;
/** A quote in a quote, so many times over, is no note but an attempt to keep the parser busy. */
const nested = /^(?:[ \t]*>){9}/m;

/**
 * A note's Markdown as elements made of text alone: headings, bold, italic, code, lists, quotes, and links as their words with the address.
 * HTML, pictures and whatever else there is in Markdown stand there as they were written; nothing is loaded and nothing can be followed.
 */
export default function NoteText({ text }: { readonly text: string }) {
  const tokens = useMemo(() => read(text), [text]);
  return tokens ? <Blocks tokens={tokens} depth={0} /> : <p>{text}</p>;
}

function read(text: string): readonly Token[] | undefined {
  if (nested.test(text)) return undefined;
  try {
    return lexer(text, { gfm: true, breaks: true });
  } catch (error) {
    // What is nested too deeply for the parser is shown as plain text.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Level = { readonly tokens: readonly Token[]; readonly depth: number };

/** Tokens have no names of their own; their order is what they are known by, since a changed note is read anew. */
function each(tokens: readonly Token[], draw: (token: Token) => ReactNode): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: see above.
  return tokens.map((token, i) => <Fragment key={i}>{draw(token)}</Fragment>);
}

function Blocks({ tokens, depth }: Level): ReactNode {
  if (depth > deepest) return tokens.map(({ raw }) => raw).join("");
  return each(tokens, (token) => {
    switch (token.type) {
      case "space":
        return null;
      case "heading":
        return (
          <p className="note-heading" data-level={Math.min(3, (token as Tokens.Heading).depth)}>
            <Words tokens={token.tokens ?? []} depth={depth + 1} />
          </p>
        );
      case "paragraph":
        return (
          <p>
            <Words tokens={token.tokens ?? []} depth={depth + 1} />
          </p>
        );
      case "text":
        return token.tokens ? <Words tokens={token.tokens} depth={depth + 1} /> : (token as Tokens.Text).text;
      case "code":
        return <pre>{(token as Tokens.Code).text}</pre>;
      case "blockquote":
        return (
          <blockquote>
            <Blocks tokens={token.tokens ?? []} depth={depth + 1} />
          </blockquote>
        );
      case "hr":
        return <hr />;
      case "list":
        return <Items list={token as Tokens.List} depth={depth + 1} />;
      default:
        return <p>{token.raw}</p>;
    }
  });
}

function Items({ list, depth }: { readonly list: Tokens.List; readonly depth: number }) {
  const items = each(list.items, (item) => (
    <li>
      <Blocks tokens={item.type === "list_item" ? (item.tokens ?? []) : []} depth={depth} />
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Words({ tokens, depth }: Level): ReactNode {
  if (depth > 2 * deepest) return tokens.map(({ raw }) => raw).join("");
  return each(tokens, (token) => {
    const within = <Words tokens={"tokens" in token ? (token.tokens ?? []) : []} depth={depth + 1} />;
    switch (token.type) {
      case "strong":
        return <strong>{within}</strong>;
      case "em":
        return <em>{within}</em>;
      case "codespan":
        return <code>{(token as Tokens.Codespan).text}</code>;
      case "br":
        return <br />;
      case "link": {
        const { text, href } = token as Tokens.Link;
        return text === href ? (
          <span className="note-link">{href}</span>
        ) : (
          <>
            {within} <span className="note-link">({href})</span>
          </>
        );
      }
      case "text":
      case "escape":
        return (token as Tokens.Text).text;
      default:
        return token.raw;
    }
  });
}
