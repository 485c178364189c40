import { readFileSync } from 'node:fs';
import { root } from '../../consumers/support/packages.ts';
import templates from '../templates.json' with { type: 'json' };

/** What a reader does next: enters a command, or saves a file. */
export type Step =
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'file'; readonly path: string; readonly code: string };

/** A page that leads from an empty folder to a call. */
export interface StartPage {
  readonly text: string;
  /** The commands that make the tarballs. Both pages begin with them. */
  readonly packing: readonly string[];
  /** Everything after that, in order. */
  readonly steps: readonly Step[];
  /** The address to open. */
  readonly url: string;
  /** The name of the button to click. */
  readonly button: string;
  /** The caption of the first spoken answer. */
  readonly caption: string;
  /** How many lines the page says that its reader writes. */
  readonly statedLines: number;
}

/** The pages under `docs/guide/`. */
export type PageName = 'getting-started-vite' | 'getting-started-next';

/**
 * Reads a page as its reader does. Sections with numbered headings are followed to the letter: each line of an `sh` block is
 * a command, and every other block is a file, whose name ends the paragraph above: "Create `server.js`:".
 */
export function readStartPage(name: PageName): StartPage {
  const text = readFileSync(`${root}docs/guide/${name}.md`, 'utf8');
  const [introduction = '', ...sections] = text.split(/^## /m);
  const numbered = sections.filter((section) => /^\d/.test(section));
  const steps = numbered.flatMap(readSteps);
  const isPacking = (step: Step): boolean =>
    step.kind === 'command' && /^git clone |run pack:all$/.test(step.command);
  return {
    text,
    packing: steps.filter(isPacking).flatMap((step) => (step.kind === 'command' ? [step.command] : [])),
    steps: steps.filter((step) => !isPacking(step)),
    url: capture(text, /^Open (http:\/\/localhost:\d+)/m),
    button: capture(text, /click \*\*(.+?)\*\*/),
    caption: capture(text, /the caption\s“(.+?)”/),
    statedLines: Number(capture(introduction, /You write (\d+) lines/)),
  };
}

/** Code blocks that {@link readStartPage} does not follow. */
export function unfollowedBlocks(text: string): readonly string[] {
  const sections = text.split(/^## /m).filter((section) => !/^\d/.test(section));
  return sections.flatMap((section) => section.match(/^```.*$/gm) ?? []);
}

/** The exact version of a template's generator. */
export function templateVersion(generator: keyof typeof templates): string {
  return templates[generator];
}

function readSteps(section: string): Step[] {
  const blocks = section.matchAll(
    /(?:`([^`\n]+)`:\n\n(?:<!-- prettier-ignore -->\n)?)?^```(\w+)\n([^]*?)^```$/gm,
  );
  return [...blocks].flatMap(([, path, language, code = '']): Step[] => {
    if (language !== 'sh') {
      if (path === undefined) throw new Error(`No file name stands above the block that begins:\n${code}`);
      return [{ kind: 'file', path, code }];
    }
    return code
      .trim()
      .split('\n')
      .map((command) => ({ kind: 'command', command }));
  });
}

function capture(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`The page contains nothing that matches ${String(pattern)}.`);
  return found;
}
