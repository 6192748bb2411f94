package scenario

import (
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/persona"
)

// farOffsets is a length of DG2, in bytes, that READ BINARY cannot reach with its
// even instruction.
const farOffsets = 0x8000

// faces are genuine cards whose portrait stands in DG2 in another form.
func faces() []Scenario {
	return []Scenario{
		faced("dg2-codestream", "Ảnh JPEG 2000 không có vỏ JP2", "Portrait in JPEG 2000 without the JP2 wrapper",
			func(p persona.Persona) ([]byte, error) {
				image, err := p.AsJPEG2000()
				return issuer.EncodeFaces(p.Sex, image.Bare()), err
			}),
		faced("dg2-two-faces", "DG2 có hai ảnh", "DG2 with two faces",
			func(p persona.Persona) ([]byte, error) {
				image, err := p.ChipImage()
				if err != nil {
					return nil, err
				}
				second, err := p.AsJPEG2000()
				return issuer.EncodeFaces(p.Sex, image, second), err
			}),
		faced("dg2-lengths-lie", "DG2 ghi sai các độ dài của ảnh", "DG2 whose record tells wrong lengths",
			func(p persona.Persona) ([]byte, error) {
				image, err := p.ChipImage()
				return issuer.LieAboutLengths(issuer.EncodeFaces(p.Sex, image)), err
			}),
		faced("dg2-39794", "Ảnh theo ISO/IEC 39794-5", "Portrait by ISO/IEC 39794-5",
			func(p persona.Persona) ([]byte, error) {
				image, err := p.ChipImage()
				return issuer.EncodeDG2ISO39794(image), err
			}),
		faced("dg2-large", "Ảnh lớn: phải đọc quá vị trí 7FFF", "Large portrait: read beyond offset 7FFF",
			func(p persona.Persona) ([]byte, error) {
				drawn, err := p.Portrait()
				image := persona.Image{Data: drawn.JPEG, Width: drawn.Width, Height: drawn.Height}
				return issuer.EncodeFaces(p.Sex, image.Padded(farOffsets)), err
			}),
	}
}

// faced is a genuine card with another DG2.
func faced(name, vi, en string, dg2 func(persona.Persona) ([]byte, error)) Scenario {
	return Scenario{
		Name: name, TitleVi: vi, TitleEn: en, Imitates: Honest, Expect: expect(ExitGenuine),
		order: replaced(2, dg2),
	}
}

// replaced puts another content into a group before it is signed.
func replaced(group int, content func(persona.Persona) ([]byte, error)) func(persona.Persona, *issuer.Options) error {
	return func(p persona.Persona, o *issuer.Options) error {
		b, err := content(p)
		o.Groups = map[int][]byte{group: b}
		return err
	}
}
