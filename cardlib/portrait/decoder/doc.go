// Package decoder is the child process that decodes JPEG 2000 for package
// portrait: it reads an image from its input, writes a PNG to its output and
// ends. It watches its own processor time and memory and ends at once when
// there is too much of either, or when the decoder panics.
//
// The decoder is github.com/ajroetker/go-jpeg2000. Only a program's main may
// import this package, for the sub-command [portrait.SubCommand].
package decoder
