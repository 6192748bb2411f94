package lds_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

func jpegOf(t testing.TB, width, height int) []byte {
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, width, height)), nil))
	return b.Bytes()
}

func pngOf(t testing.TB, width, height int) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, width, height))))
	return b.Bytes()
}

func testdata(t testing.TB, name string) []byte {
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return b
}

func TestImageSizes(t *testing.T) {
	jp2, j2k := testdata(t, "gradient.jp2"), testdata(t, "gradient.j2k")
	noHeader := bytes.Replace(jp2, []byte("jp2h"), []byte("xxxx"), 1)
	tests := []struct {
		name          string
		image         []byte
		format        lds.ImageFormat
		mime          string
		width, height int // 0: not readable
	}{
		{"JPEG", jpegOf(t, 480, 640), lds.JPEG, "image/jpeg", 480, 640},
		{"JPEG with fill bytes", append([]byte{0xFF, 0xD8, 0xFF, 0xFF}, jpegOf(t, 3, 4)[2:]...), lds.JPEG, "image/jpeg", 3, 4},
		{"JPEG cut", jpegOf(t, 480, 640)[:30], lds.JPEG, "image/jpeg", 0, 0},
		{"JPEG without frame", []byte{0xFF, 0xD8, 0xFF, 0xDA, 0, 2}, lds.JPEG, "image/jpeg", 0, 0},
		{"JPEG with junk", []byte{0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 1, 2, 3, 4}, lds.JPEG, "image/jpeg", 0, 0},
		{"JP2 by openjpeg", jp2, lds.JP2, "image/jp2", 24, 32},
		{"JP2 without image header", noHeader, lds.JP2, "image/jp2", 24, 32},
		{"JP2 with a lying box", lie(jp2, 12, 0xFFFFFFF0), lds.JP2, "image/jp2", 24, 32},
		{"JP2 with nothing", jp2[:12], lds.JP2, "image/jp2", 0, 0},
		{"JP2 of 2^31 pixels", lie(jp2, 48, 0x80000000), lds.JP2, "image/jp2", 0, 0},
		{"codestream", j2k, lds.J2K, "image/j2c", 24, 32},
		{"codestream with offset", lie(j2k, 16, 4), lds.J2K, "image/j2c", 20, 32},
		{"codestream of negative width", lie(j2k, 16, 4000), lds.J2K, "image/j2c", 0, 0},
		{"codestream cut", j2k[:20], lds.J2K, "image/j2c", 0, 0},
		{"PNG", pngOf(t, 5, 6), lds.PNG, "image/png", 5, 6},
		{"WSQ", []byte{0xFF, 0xA0, 0xFF, 0xA4}, lds.WSQ, "image/x-wsq", 0, 0},
		{"text", []byte("hello"), "", "", 0, 0},
		{"nothing", nil, "", "", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.format, lds.FormatOf(tt.image))
			assert.Equal(t, tt.mime, lds.FormatOf(tt.image).MIME())
			w, h, err := lds.SizeOf(tt.image)
			assert.Equal(t, tt.width == 0, err != nil)
			assert.Equal(t, [2]int{tt.width, tt.height}, [2]int{w, h})
		})
	}
}

// lie returns a copy of b with a big-endian number written into it.
func lie(b []byte, at int, value uint32) []byte {
	b = bytes.Clone(b)
	binary.BigEndian.PutUint32(b[at:], value)
	return b
}

func TestDG2RoundTrip(t *testing.T) {
	properties := lds.FaceProperties{Gender: 2, EyeColour: 3, HairColour: 1, ImageType: 1, ColourSpace: 1,
		SourceType: 2, DeviceType: 7, Quality: 90}
	faces := []lds.Face{
		{Image: jpegOf(t, 48, 64), Properties: properties},
		{Image: testdata(t, "gradient.jp2")},
		{Image: testdata(t, "gradient.j2k")},
	}
	file, err := lds.EncodeDG2(faces)
	require.NoError(t, err)
	got, err := lds.ParseDG2(file)
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, faces[0].Image, got[0].Image)
	properties.RecordWidth, properties.RecordHeight = 48, 64
	assert.Equal(t, properties, got[0].Properties)
	for i, want := range []struct {
		format        lds.ImageFormat
		width, height int
	}{{lds.JPEG, 48, 64}, {lds.JP2, 24, 32}, {lds.J2K, 24, 32}} {
		assert.Equal(t, faces[i].Image, got[i].Image)
		assert.Equal(t, want.format, got[i].Format)
		assert.Equal(t, want.width, got[i].Width)
		assert.Equal(t, want.height, got[i].Height)
	}
	again, err := lds.EncodeDG2(got)
	require.NoError(t, err)
	assert.Equal(t, file, again)
}

// record writes a facial record by hand, from ISO/IEC 19794-5:2005 clause 5, with
// what the test wants it to say.
type record struct {
	length, faces, block, points int
	image                        []byte
	trailer                      []byte
}

func (r record) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("FAC\x00010\x00")
	_ = binary.Write(&b, binary.BigEndian, []uint16{uint16(r.length >> 16), uint16(r.length), uint16(r.faces)})
	_ = binary.Write(&b, binary.BigEndian, []uint16{uint16(r.block >> 16), uint16(r.block), uint16(r.points)})
	b.Write(make([]byte, 14)) // gender to pose angle uncertainty
	b.Write([]byte{1, 0, 0, 48, 0, 64, 1, 2, 0, 0, 0, 0})
	b.Write(r.image)
	b.Write(r.trailer)
	return b.Bytes()
}

func dg2(tag tlv.Tag, blocks ...[]byte) []byte {
	inside := tlv.Encode(0x02, []byte{byte(len(blocks))})
	for _, b := range blocks {
		header := tlv.Encode(0xA1, tlv.Encode(0x87, []byte{1, 1}), tlv.Encode(0x88, []byte{0, 8}))
		inside = tlv.Append(inside, 0x7F60, header, tlv.Encode(tag, b))
	}
	return tlv.Encode(0x75, tlv.Encode(0x7F61, inside))
}

func TestDG2Tolerance(t *testing.T) {
	photo := jpegOf(t, 48, 64)
	whole := 14 + 32 + len(photo)
	honest := record{length: whole, faces: 1, block: whole - 14, image: photo}
	with := func(change func(*record)) []byte { r := honest; change(&r); return r.bytes() }
	tests := []struct {
		name string
		file []byte
	}{
		{"as the standard says", dg2(0x5F2E, honest.bytes())},
		{"in 7F2E", dg2(0x7F2E, honest.bytes())},
		{"in 7F2E and A1", dg2(0x7F2E, tlv.Encode(0xA1, honest.bytes()))},
		{"record length 0", dg2(0x5F2E, with(func(r *record) { r.length = 0 }))},
		{"record length 2^32-1", dg2(0x5F2E, with(func(r *record) { r.length = 1<<32 - 1 }))},
		{"block too short", dg2(0x5F2E, with(func(r *record) { r.block = 40 }))},
		{"block too long", dg2(0x5F2E, with(func(r *record) { r.block = 1<<32 - 1 }))},
		{"more faces than there are", dg2(0x5F2E, with(func(r *record) { r.faces = 65535 }))},
		{"feature points that are not there", dg2(0x5F2E, with(func(r *record) { r.points = 5 }))},
		{"65535 feature points", dg2(0x5F2E, with(func(r *record) { r.points = 65535 }))},
		{"count in the template lies", bytes.Replace(dg2(0x5F2E, honest.bytes()), []byte{0x02, 1, 1}, []byte{0x02, 1, 9}, 1)},
		{"bare image", dg2(0x5F2E, photo)},
		{"no group template", tlv.Encode(0x75, tlv.Encode(0x7F60, tlv.Encode(0x5F2E, honest.bytes())))},
		{"broken biometric header", tlv.Encode(0x75, tlv.Encode(0x7F60, tlv.Encode(0xA1, []byte{0x81}), tlv.Encode(0x5F2E, honest.bytes())))},
		{"first template without image", dg2(0x5F2E, []byte("nothing"), honest.bytes())},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faces, err := lds.ParseDG2(tt.file)
			require.NoError(t, err)
			require.Len(t, faces, 1)
			assert.Equal(t, lds.JPEG, faces[0].Format)
			assert.Equal(t, photo, faces[0].Image)
			assert.Equal(t, [2]int{48, 64}, [2]int{faces[0].Width, faces[0].Height})
		})
	}
	t.Run("two templates", func(t *testing.T) {
		faces, err := lds.ParseDG2(dg2(0x5F2E, honest.bytes(), honest.bytes()))
		require.NoError(t, err)
		assert.Len(t, faces, 2)
	})
	t.Run("zeros after the image are kept", func(t *testing.T) {
		faces, err := lds.ParseDG2(dg2(0x5F2E, with(func(r *record) { r.trailer = make([]byte, 9) })))
		require.NoError(t, err)
		assert.Len(t, faces[0].Image, len(photo)+9)
	})
	t.Run("a hundred templates", func(t *testing.T) {
		faces, err := lds.ParseDG2(dg2(0x5F2E, bytes.Split(bytes.Repeat(append(honest.bytes(), "//"...), 100), []byte("//"))[:100]...))
		require.NoError(t, err)
		assert.Len(t, faces, lds.MaxTemplates)
	})
}

// faceBlock writes an ISO/IEC 39794-5 block with the image at its place.
func faceBlock(image []byte) []byte {
	in := func(tag tlv.Tag, parts ...[]byte) []byte { return tlv.Encode(tag, parts...) }
	picture := in(0xA1, in(0xA0, in(0xA0, in(0x80, image), in(0xA1, in(0x80, []byte{0})))))
	representation := in(0x30, in(0x80, []byte{1}), picture)
	return in(0x65, in(0xA0, in(0x80, []byte{3}), in(0x81, []byte{0x07, 0xE3})), in(0xA1, representation))
}

func TestDG2ISO39794(t *testing.T) {
	photo := testdata(t, "gradient.jp2")
	for name, file := range map[string][]byte{
		"in A1":     dg2(0x7F2E, tlv.Encode(0xA1, faceBlock(photo))),
		"direct":    dg2(0x7F2E, faceBlock(photo)),
		"with 5F2E": dg2(0x5F2E, faceBlock(photo)),
	} {
		t.Run(name, func(t *testing.T) {
			faces, err := lds.ParseDG2(file)
			require.NoError(t, err)
			require.Len(t, faces, 1)
			assert.Equal(t, photo, faces[0].Image)
			assert.Equal(t, lds.JP2, faces[0].Format)
			assert.Equal(t, 24, faces[0].Width)
		})
	}
}

func TestDG2Errors(t *testing.T) {
	var nested []byte
	for range 40 {
		nested = tlv.Encode(0xA0, nested)
	}
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"empty", nil, tlv.ErrTruncated},
		{"two bytes", []byte{0x75, 0}, lds.ErrNoImage},
		{"length of 2^32-1", []byte{0x75, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, tlv.ErrTooLong},
		{"no data block", tlv.Encode(0x75, tlv.Encode(0x7F60)), lds.ErrMalformed},
		{"record header only", dg2(0x5F2E, []byte("FAC\x00010\x00")), lds.ErrMalformed},
		{"record without face", dg2(0x5F2E, append([]byte("FAC\x00010\x00"), make([]byte, 6)...)), lds.ErrNoImage},
		{"record with a text for image", dg2(0x5F2E, record{faces: 1, image: []byte("hello")}.bytes()), lds.ErrNoImage},
		{"face cut", dg2(0x5F2E, record{faces: 1}.bytes()[:30]), lds.ErrNoImage},
		{"unknown block", dg2(0x5F2E, []byte{1, 2, 3}), lds.ErrNoImage},
		{"39794 without representations", dg2(0x7F2E, tlv.Encode(0x65, tlv.Encode(0xA0))), lds.ErrMalformed},
		{"39794 without image", dg2(0x7F2E, faceBlock([]byte("hello"))), lds.ErrNoImage},
		{"39794 broken inside", dg2(0x7F2E, tlv.Encode(0x65, []byte{0xA1, 5})), tlv.ErrTruncated},
		{"39794 broken list", dg2(0x7F2E, tlv.Encode(0x65, tlv.Encode(0xA1, []byte{0x30, 5}))), tlv.ErrTruncated},
		{"39794 too deep", dg2(0x7F2E, tlv.Encode(0x65, tlv.Encode(0xA1, tlv.Encode(0x30, nested)))), tlv.ErrTooDeep},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			faces, err := lds.ParseDG2(tt.file)
			require.ErrorIs(t, err, tt.want)
			assert.Contains(t, err.Error(), "DG2")
			assert.Empty(t, faces)
		})
	}
}

func TestEncodeDG2Errors(t *testing.T) {
	for name, tt := range map[string]struct {
		faces []lds.Face
		want  error
	}{
		"no face":         {nil, lds.ErrTooLarge},
		"seventeen faces": {make([]lds.Face, 17), lds.ErrTooLarge},
		"no image":        {[]lds.Face{{Image: []byte("x")}}, lds.ErrMalformed},
		"PNG":             {[]lds.Face{{Image: pngOf(t, 2, 2)}}, lds.ErrNoImage},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lds.EncodeDG2(tt.faces)
			require.ErrorIs(t, err, tt.want)
		})
	}
	_, err := lds.EncodeTemplates(lds.DG3, make([]lds.Template, 17))
	require.ErrorIs(t, err, lds.ErrTooLarge)
}

func FuzzParseDG2(f *testing.F) {
	photo := jpegOf(f, 8, 8)
	f.Add(dg2(0x5F2E, record{faces: 2, block: 40, image: photo}.bytes()))
	f.Add(dg2(0x7F2E, tlv.Encode(0xA1, faceBlock(photo))))
	f.Add([]byte{0x75, 0x00})
	f.Add([]byte{0x75, 0x85, 1, 0, 0, 0, 0})
	f.Add(bytes.Repeat([]byte{0x75, 0x80}, 100))
	nested := photo
	for range 5000 {
		nested = tlv.Encode(0xA1, nested)
	}
	f.Add(dg2(0x7F2E, tlv.Encode(0x65, nested)))
	f.Fuzz(func(t *testing.T, file []byte) {
		faces, err := lds.ParseDG2(file)
		require.Equal(t, err == nil, len(faces) > 0)
		require.LessOrEqual(t, len(faces), lds.MaxFaces)
		for _, face := range faces {
			require.NotEmpty(t, face.Format)
			require.LessOrEqual(t, len(face.Image), len(file))
		}
	})
}

func FuzzSizeOf(f *testing.F) {
	f.Add(jpegOf(f, 8, 8))
	f.Add(pngOf(f, 8, 8))
	f.Add(testdata(f, "gradient.jp2"))
	f.Add(testdata(f, "gradient.j2k"))
	f.Fuzz(func(t *testing.T, b []byte) {
		w, h, err := lds.SizeOf(b)
		require.Equal(t, err == nil, w > 0 && h > 0)
	})
}

func FuzzParseCOM(f *testing.F) {
	f.Add(lds.EncodeCOM(lds.COM{LDSVersion: "0107", UnicodeVersion: "040000", Groups: lds.Groups()}))
	f.Add([]byte{0x60, 0})
	f.Add([]byte{0x60, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, file []byte) {
		com, err := lds.ParseCOM(file)
		if err != nil {
			return
		}
		again, err := lds.ParseCOM(lds.EncodeCOM(com))
		require.NoError(t, err)
		require.ElementsMatch(t, com.Groups, again.Groups)
	})
}

func FuzzParseDG1(f *testing.F) {
	f.Add(lds.EncodeDG1(vietnam...))
	f.Add([]byte{0x61, 0})
	f.Add([]byte{0x61, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, file []byte) {
		doc, err := lds.ParseDG1(file)
		if err != nil {
			return
		}
		_, err = lds.ParseDG1(lds.EncodeDG1(doc.Lines...))
		require.NoError(t, err)
	})
}

func BenchmarkParseDG2(b *testing.B) {
	file, err := lds.EncodeDG2([]lds.Face{{Image: jpegOf(b, 480, 640)}})
	require.NoError(b, err)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lds.ParseDG2(file); err != nil {
			b.Fatal(err)
		}
	}
}
