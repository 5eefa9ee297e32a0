/** What is wrong with a pack or with a call of one of its stages, in words for the user, and what to do about it. */
export class PackError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = "PackError";
    this.remedy = remedy;
  }
}
