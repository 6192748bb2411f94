// Package pace is Password Authenticated Connection Establishment, the reader's
// side (Doc 9303-11 §4.4, TR-03110-2 §3.2, TR-03110-3 B.1): generic, integrated
// and chip authentication mapping, with ECDH and DH over the standardised
// parameters, 3DES and AES.
//
// The protocol reads as the standard numbers its steps: MSE:Set AT, then four
// GENERAL AUTHENTICATE commands (encrypted nonce, map nonce, key agreement,
// mutual authentication). Every point and number of the chip is validated: on
// the curve or in the group, in range, not the identity, not our own.
//
// A wrong password shows only at the last step. After any failure the chip must
// be reset before something else is tried.
//
// What may not live here: which password and which PACEInfo to try, how often,
// reading files, and whether a chip's static key is to be believed (PACE-CAM
// proves nothing before EF.CardSecurity is verified).
package pace
