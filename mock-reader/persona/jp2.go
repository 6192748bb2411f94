package persona

// AsJPEG2000 is the persona's image in JPEG 2000: its own, or for a persona that
// has none the first of the catalogue's. It is a JP2 file.
func (p Persona) AsJPEG2000() (Image, error) {
	own, err := p.ChipImage()
	if err != nil || own.Format == JPEG2000 {
		return own, err
	}
	for _, other := range All() {
		if other.Format == JPEG2000 {
			return other.ChipImage()
		}
	}
	return Image{}, ErrPhotoFormat
}

// Bare takes the JP2 wrapper off an image in JPEG 2000, as some issuers leave it
// away: what is left is the codestream.
func (i Image) Bare() Image {
	if stream := codestream(i.Data); stream != nil {
		i.Data = stream
	}
	return i
}

// Padded is an image in JPEG grown by n bytes that no decoder looks at: comment
// segments (ITU-T T.81 §B.2.4.5) behind the first marker.
func (i Image) Padded(n int) Image {
	const most = 0xFFFF - 2
	data := append([]byte(nil), i.Data[:2]...)
	for ; n > 4; n -= most + 4 {
		size := min(n-4, most)
		data = append(data, 0xFF, 0xFE, byte((size+2)>>8), byte(size+2))
		data = append(data, make([]byte, size)...)
	}
	i.Data = append(data, i.Data[2:]...)
	return i
}
