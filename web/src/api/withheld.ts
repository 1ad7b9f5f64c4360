/**
 * Whether an answer leaves out what only the first answer to the same wish showed: that one was lost on its
 * way, and what it showed is kept nowhere.
 */
export const isWithheld = (answer: object, member: string): boolean =>
  'withheld' in answer && Array.isArray(answer.withheld) && answer.withheld.includes(member)
