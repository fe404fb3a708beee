/** One value of a new resource that decides who can reach it, what it may do, or who can read what it holds. */
export interface Fact {
  /** Markdown. */
  readonly text: string;
  /** Whether it opens something to everybody, or gives everything away. */
  readonly isOpen: boolean;
}
