// Package cccd knows what is Vietnamese about the chip of the citizen's identity
// card: CCCD gắn chíp (2021 to June 2024) and thẻ căn cước (from 1 July 2024).
// It reads DG13, the 12-digit personal number, the text of the QR code and the
// Vietnamese MRZ, makes access keys of them, compares what DG1 and DG13 say,
// and names the fields that forms are filled from.
//
// There is no public specification of DG13 and the QR code. What is known was
// collected from cards described in public; therefore everything that is not
// certain is accepted both ways: wrapper or no wrapper, both shapes of the
// parents' field, absent and empty values, several string types and date forms.
// What is unknown is kept, not dropped.
//
// The path from an officer's input to keys is [KeysFromText] (or one of
// [KeysFromNumber], [KeysFromQR], [KeysFromCAN], [KeysFromMRZ] if its kind is
// known); the path from files to a person is [ParseDG13] and [FromGroups].
//
// What may not live here: transport, cryptography, and any judgement of a whole
// card. Errors never repeat the value that is wrong.
package cccd
