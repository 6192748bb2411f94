// Package verdict holds the words in which a read is judged: check ids,
// statuses, reason codes and the rule that makes an outcome of them.
//
// Verdicts are never merged: each check stands for itself with a status and a
// stable reason code, and [Conclude] alone says what they mean together. The
// sentences that people read are made from the codes elsewhere.
//
// What may not live here: how anything is checked, and words in any language.
package verdict
