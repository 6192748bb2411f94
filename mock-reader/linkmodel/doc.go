// Package linkmodel puts a contactless link with its times between a reader and
// a mock chip: the bits on the air, the frames and their delays, the reader's
// own latency and the chip's cryptography. Time is counted, or also slept, so
// that a bench is quick and exact and a demo feels real.
//
// The air follows ISO/IEC 14443-3 type A (nine bits a byte: eight and parity)
// and 14443-4 (frames of at most 256 bytes with one byte of protocol and two of
// CRC, a frame delay of at least 86.4 µs in each direction). What a chip and a
// USB reader take is not standardised: [Typical] states what is assumed.
//
// What may not live here: anything that changes what is said, faults included.
package linkmodel
