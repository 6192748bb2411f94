// Package trust holds what a read is judged against: the certificates of
// country signing CAs (CSCA) that the operator installed, their link
// certificates, the master lists that an installed CSCA vouches for, and the
// certificate revocation lists (Doc 9303-12 §§4, 5, 7, 9).
//
// An anchor is a whole public key. Names and key identifiers only find it: a
// signature counts when the anchor's key made it. No anchor ever comes out of a
// card that is read; a file of a card among the others is refused ([ErrOfCard]).
//
// How far an anchor is trusted is its [Note]: for documents, for master lists, for
// which document codes, and where it came from. The limits only narrow, through
// lists and links. A note stands in a PEM file before the certificate that it is
// about; one that cannot be read keeps the certificate out.
//
// Files are other people's and full of surprises: each certificate that cannot
// be used is named in a [Problem], with the reason, and the rest is loaded.
//
// A [Store] is filled first and asked afterwards; asking is safe for concurrent
// use. What may not live here: the checks of a read (passiveauth), and the clock.
package trust
