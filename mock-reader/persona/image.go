package persona

import (
	"bytes"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"image/jpeg"
)

// ImageFormat is the coding of a face image.
type ImageFormat int

// The codings that DG2 has.
const (
	JPEG     ImageFormat = iota
	JPEG2000             // with the JP2 wrapper or without
)

// Image is a face image as DG2 holds it.
type Image struct {
	Format        ImageFormat
	Data          []byte
	Width, Height int
}

// Limits of a photo: what a card's DG2 holds at most, and what a face needs.
const (
	MaxPhoto     = 100 << 10 // bytes
	MaxPhotoSide = 4096      // pixels
)

// Errors of a photo.
var (
	ErrPhotoFormat = errors.New("neither JPEG nor JPEG 2000")
	ErrPhotoSize   = errors.New("photo too large")
)

// portraits are the JPEG 2000 images of the personas that have one, each made of
// its drawn portrait by openjpeg; see portraits/README.md.
//
//go:embed portraits/*.jp2
var portraits embed.FS

// ChipImage is the image that stands in DG2. Its bytes must not be changed.
func (p Persona) ChipImage() (Image, error) {
	if p.Photo != nil {
		return *p.Photo, nil
	}
	if p.Format == JPEG2000 {
		data, err := portraits.ReadFile("portraits/" + p.Name + ".jp2")
		if err != nil {
			return Image{}, fmt.Errorf("portrait of %s: %w", p.Name, err)
		}
		return Image{JPEG2000, data, portraitWidth, portraitHeight}, nil
	}
	drawn, err := p.Portrait()
	return Image{JPEG, drawn.JPEG, drawn.Width, drawn.Height}, err
}

// The first bytes of the codings: a JP2 file (ISO/IEC 15444-1 annex I), a bare
// codestream (SOC and SIZ, annex A), JPEG.
var (
	magicJP2  = []byte{0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A}
	magicJ2K  = []byte{0xFF, 0x4F, 0xFF, 0x51}
	magicJPEG = []byte{0xFF, 0xD8, 0xFF}
)

// NewPhoto takes an image file. It reads the size in pixels from it and refuses
// what no card holds: ErrPhotoFormat, ErrPhotoSize, or what jpeg finds.
func NewPhoto(data []byte) (*Image, error) {
	if len(data) > MaxPhoto {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrPhotoSize, len(data), MaxPhoto)
	}
	photo := &Image{Data: data}
	switch stream := codestream(data); {
	case bytes.HasPrefix(data, magicJPEG):
		config, err := jpeg.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		photo.Width, photo.Height = config.Width, config.Height
	case stream != nil:
		photo.Format = JPEG2000
		photo.Width, photo.Height = codestreamSize(stream)
	default:
		return nil, ErrPhotoFormat
	}
	if photo.Width < 1 || photo.Height < 1 || photo.Width > MaxPhotoSide || photo.Height > MaxPhotoSide {
		return nil, fmt.Errorf("%w: %d × %d pixels, at most %d on a side", ErrPhotoSize, photo.Width, photo.Height, MaxPhotoSide)
	}
	return photo, nil
}

// codestream finds the codestream of a JPEG 2000 image; nil if it is none.
func codestream(data []byte) []byte {
	if bytes.HasPrefix(data, magicJ2K) {
		return data
	}
	if !bytes.HasPrefix(data, magicJP2) {
		return nil
	}
	if at := bytes.Index(data, magicJ2K); at >= 0 {
		return data[at:]
	}
	return nil
}

// codestreamSize reads Xsiz − XOsiz and Ysiz − YOsiz of SIZ (ISO/IEC 15444-1 §A.5.1).
func codestreamSize(b []byte) (width, height int) {
	const right, bottom, left, top, end = 8, 12, 16, 20, 24
	if len(b) < end {
		return 0, 0
	}
	at := func(offset int) int { return int(binary.BigEndian.Uint32(b[offset:])) }
	return at(right) - at(left), at(bottom) - at(top)
}

// ImageFormat is the coding of the image in DG2.
func (p Persona) ImageFormat() ImageFormat {
	if p.Photo != nil {
		return p.Photo.Format
	}
	return p.Format
}

// String is the coding's short name: "jpeg", "jpeg2000".
func (f ImageFormat) String() string {
	if f == JPEG2000 {
		return "jpeg2000"
	}
	return "jpeg"
}
