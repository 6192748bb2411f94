package codestream

import "errors"

// Limits on what is decoded. A face image of an identity card has some 400 ×
// 500 pixels and 15 to 20 kB.
const (
	// MaxBytes is the longest file, in bytes.
	MaxBytes = 1 << 20
	// MaxSide and MaxPixels bound the picture, in pixels: 1200 × 1600 still fits.
	MaxSide   = 4096
	MaxPixels = 1 << 21
	// MaxComponents: three colours and an opacity.
	MaxComponents = 4
	// MaxDepth is in bits a sample.
	MaxDepth = 16
	// MaxTiles, MaxTileParts, MaxLayers and MaxLevels bound the bookkeeping.
	MaxTiles     = 1024
	MaxTileParts = 4096
	MaxLayers    = 256
	MaxLevels    = 16
	// maxBoxes and maxSegments bound what is walked over.
	maxBoxes    = 256
	maxSegments = 1024
)

// Why an image is not decoded; test with errors.Is.
var (
	ErrMalformed   = errors.New("codestream: not a JPEG 2000 image as the standard wants it")
	ErrTruncated   = errors.New("codestream: the image ends too early")
	ErrTooLarge    = errors.New("codestream: over a limit")
	ErrUnsupported = errors.New("codestream: a form of JPEG 2000 that face images do not have")
)
