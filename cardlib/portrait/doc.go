// Package portrait turns the face image of a chip into one that every browser
// shows. JPEG and PNG pass through once their structure was followed to its end;
// JPEG 2000 (JP2 and bare codestreams) is decoded and written as PNG.
//
// JPEG 2000 is decoded in a child process, since a decoder is a large parser of
// hostile bytes: the program starts itself anew with the hidden sub-command
// [SubCommand], the image on its standard input and nothing else of ours. Header
// limits are checked before (package codestream); the child ends itself when it
// takes too much time or memory; and the parent kills it in any case
// ([Renderer.Limit]). Whatever goes wrong is an *[Error]: the photo is
// unavailable, the read of the card is not touched.
//
// A program that renders must begin its main with
//
//	if len(os.Args) == 2 && os.Args[1] == portrait.SubCommand {
//		os.Exit(decoder.Main(os.Stdin, os.Stdout))
//	}
//
// What may not live here: the decoder itself (package decoder, which nothing but
// that line may import), and image.Decode: that decoder registers itself with
// package image.
package portrait
