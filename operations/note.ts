/** Says how far something has got, or a remark: one line. Verbs print it on standard error; results are nobody's but theirs. */
export type Note = (line: string) => void;
