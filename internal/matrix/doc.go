// Command matrix runs the reader's rooms against the mock chip and the mock
// issuer in every combination that the standards allow, and prints one line a
// case: PASS or FAIL, the case's id and what failed. It exits with 1 if any case
// fails. `make matrix` runs it.
//
// The families of cases:
//
//   - pace: mapping × domain parameters × cipher (Doc 9303-11 §4.4, tables 2, 3 and 12);
//   - forbidden: combinations that the standard does not have, refused by name;
//   - hostile: chips that answer PACE and BAC with keys and tokens of a forger;
//   - ca: key agreement × curve or group × cipher, and the ways to send the key (§6.2);
//   - aa: RSA size × hash × transport, ECDSA curve × hash (§6.1);
//   - sm: secure messaging with each cipher (§9.8);
//   - pa: signature algorithm × curve × encoding of EF.SOD, chains and dates (§5.1, Doc 9303-12 §§4, 7, 9);
//   - quirk: chips that differ from each other, read whole by cardlib.Read.
//
// Every case has a twin with one thing wrong (another key, another password, a
// byte changed) which the reader must notice: a case that cannot fail counts for
// nothing. A quirk must also show in the chip's log.
//
// What may not live here: tests of one room alone; worked examples and vectors of
// others, which stand beside the rooms.
package main
