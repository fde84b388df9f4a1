/** A file's name as the head of an upload can carry it: without signs that nobody sees. What remains is judged in Go. */
export const sentName = (name: string) => name.replace(/\p{Cc}/gu, '') || '_';
