/* Sentences that the page holds, with their gaps filled: `{count} schools`. */

export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_gap, name) => values[name]);
}
