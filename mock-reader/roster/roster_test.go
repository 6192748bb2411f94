package roster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/persona"
)

func TestExample(t *testing.T) {
	all, err := Load("testdata/example.yaml")
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Equal(t, persona.Persona{
		Name: "vi-du", TitleVi: "Ví dụ đủ mọi khóa", TitleEn: "An example with every key",
		Number: "000196123456", FullName: "Trần Thị Ví Dụ Mẫu", Birth: persona.Date{Year: 1996, Month: 2, Day: 29}, Sex: persona.Female,
		Issued: persona.Date{Year: 2024, Month: 8, Day: 1}, Nationality: "Việt Nam", Ethnicity: "Tày", Religion: "Phật giáo",
		Origin: "Xã Mẫu, Huyện Thử, Tỉnh Giả", Residence: "Số 1, Phường Mẫu, Thành phố Thử", Marks: "Nốt ruồi ở cằm",
		Father: "Trần Văn Mẫu", Mother: "Lê Thị Thử", Spouses: []string{"Phạm Văn Giả Định", "Võ Minh Thử"},
		OldNumber: "000123456", ChipSerial: "0123456789ABCDEF",
		Extra:      []persona.ExtraField{{Number: 17, Values: []string{"một", "hai"}}, {Number: 900}},
		Generation: persona.CanCuoc2024, AA: persona.AAECDSA, Parents: persona.Joined, Empty: persona.EmptyValueless,
		QRText: "000196123456|000123456|Trần Thị Ví Dụ Mẫu|29021996|Nữ|Số 1|01082024",
		Look: persona.Look{Hair: persona.Bob, HairColour: persona.HairColours["brown"], Skin: persona.Skins["tan"],
			Garment: persona.Garments["teal"], Collar: persona.HighCollar, Glasses: true},
	}, all[0])
	assert.Equal(t, persona.Persona{
		Name: "vi-du-it-nhat", TitleVi: "Nhân vật vi-du-it-nhat", TitleEn: "Persona vi-du-it-nhat",
		Number: "000203654321", FullName: "Mẫu", Birth: persona.Date{Year: 2003, Month: 7, Day: 3},
		Issued: persona.Date{Year: 2021, Month: 7, Day: 5}, Expires: persona.Date{Year: 2028, Month: 7, Day: 3},
		Nationality: "Việt Nam", Ethnicity: "Kinh", Religion: "Không", Look: persona.Look{}.OrDefault(),
	}, all[1])
	for _, p := range all {
		_, err := p.ChipImage()
		assert.NoError(t, err)
	}
}

// minimal is a document that is right; with replaces or adds lines.
func minimal(with ...string) string {
	lines := []string{"name: a", "number: 000190000019", "fullName: Mẫu", "dateOfBirth: 1990-01-15", "sex: female", "dateOfIssue: 2021-07-10"}
	for _, w := range with {
		key, _, _ := strings.Cut(w, ":")
		found := false
		for i, l := range lines {
			if strings.HasPrefix(l, key+":") {
				lines[i], found = w, true
			}
		}
		if !found {
			lines = append(lines, w)
		}
	}
	return strings.Join(lines, "\n")
}

// TestWrongFiles names the line and the field of everything that is wrong.
func TestWrongFiles(t *testing.T) {
	big := fstest.MapFS{"big.jpg": {Data: make([]byte, persona.MaxPhoto+1)}, "text.jpg": {Data: []byte("no image")}}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"impossible date", minimal("dateOfBirth: 1990-02-30"), []string{"f.yaml:4: dateOfBirth: không có ngày 30/02/1990 trong lịch"}},
		{"29 February of a common year", minimal("dateOfIssue: 29/02/2022"), []string{"f.yaml:6: dateOfIssue: không có ngày 29/02/2022"}},
		{"no date", minimal("dateOfIssue: yesterday"), []string{"f.yaml:6: dateOfIssue: phải là ngày dạng"}},
		{"sex against number", minimal("sex: male"), []string{"f.yaml:2: number: chữ số thứ tư (1) là của giới tính kia"}},
		{"century against number", minimal("number: 000390000019"), []string{"f.yaml:2: number: chữ số thứ tư (3) là của thế kỷ 2000"}},
		{"year against number", minimal("number: 000191000019"), []string{"f.yaml:2: number: chữ số thứ năm và sáu (91) không phải năm sinh"}},
		{"a real province", minimal("number: 001190000019"), []string{"f.yaml:2: number: mã tỉnh phải là 000"}},
		{"eleven digits", minimal("number: 00190000019"), []string{"f.yaml:2: number: phải có đúng 12 chữ số"}},
		{"two faults", minimal("sex: x", "oldNumber: 12"), []string{"f.yaml:5: sex: phải là một trong: female, male, nam, nữ", "f.yaml:7: oldNumber: phải có đúng 9 chữ số"}},
		{"missing", "name: a\n", []string{"f.yaml:1: number: thiếu", "f.yaml:1: fullName: thiếu", "f.yaml:1: dateOfBirth: thiếu", "f.yaml:1: sex: thiếu", "f.yaml:1: dateOfIssue: thiếu"}},
		{"misspelt", minimal("fulname: X"), []string{"f.yaml:7: fulname: không có khóa này; có phải fullName?"}},
		{"unheard-of", minimal("bloodGroupAndSuchLike: A"), []string{"f.yaml:7: bloodGroupAndSuchLike: không có khóa này / no such key"}},
		{"twice", minimal() + "\nsex: female", []string{"f.yaml:7: sex: khóa này đã có ở trên"}},
		{"a list for a name", minimal("fullName: [a, b]"), []string{"f.yaml:3: fullName: phải là một giá trị đơn"}},
		{"a name for a list", minimal("spouses: An"), []string{"f.yaml:7: spouses: phải là một danh sách"}},
		{"alias", minimal("father: &x An", "mother: *x"), []string{"f.yaml:7: father: không dùng neo", "f.yaml:8: mother: không dùng neo"}},
		{"no letters", minimal("fullName: 123"), []string{"f.yaml:3: fullName: không có chữ cái nào cho MRZ"}},
		{"divider of the QR", minimal("placeOfResidence: a|b"), []string{"f.yaml:7: placeOfResidence: không dùng dấu |"}},
		{"control character", minimal(`father: "a\u0007b"`), []string{"f.yaml:7: father: có ký tự điều khiển"}},
		{"long", minimal("father: " + strings.Repeat("a", 501)), []string{"f.yaml:7: father: dài hơn 500 chữ"}},
		{"issued before birth", minimal("number: 000320000019", "dateOfBirth: 2020-01-15", "dateOfIssue: 2019-01-01"), []string{"f.yaml:6: dateOfIssue: phải từ 01/01/2021", "f.yaml:6: dateOfIssue: trước ngày sinh"}},
		{"expired before issue", minimal("dateOfExpiry: 2021-07-10"), []string{"f.yaml:7: dateOfExpiry: không sau ngày cấp"}},
		{"extra field too low", minimal("extraFields: {16: [x]}"), []string{"f.yaml:7: extraFields.16: số trường phải từ 17 đến 65535"}},
		{"portrait of nobody", minimal("portrait: {like: nobody}"), []string{"f.yaml:7: portrait.like: không có nhân vật dựng sẵn"}},
		{"image too large", minimal("portrait: {file: big.jpg}"), []string{"f.yaml:7: portrait.file: ảnh quá lớn: nhiều nhất 102400 byte"}},
		{"no image", minimal("portrait: {file: text.jpg}"), []string{"f.yaml:7: portrait.file: không phải ảnh"}},
		{"image outside", minimal("portrait: {file: ../x.jpg}"), []string{"f.yaml:7: portrait.file: phải là tệp trong thư mục"}},
		{"image that is not there", minimal("portrait: {file: y.jpg}"), []string{"f.yaml:7: portrait.file: không mở được"}},
		{"colour", minimal("portrait:", "  hair: blue"), []string{"f.yaml:8: portrait.hair: phải là một trong: balding, bob, bun, long, short"}},
		{"built-in name", minimal("name: mau"), []string{"f.yaml:1: name: trùng với một nhân vật dựng sẵn"}},
		{"built-in number", minimal("number: 000190000018"), []string{"f.yaml:2: number: trùng với một nhân vật dựng sẵn"}},
		{"name with a slash", minimal("name: a/b"), []string{"f.yaml:1: name: chỉ gồm a-z, 0-9"}},
		{"twice in a file", minimal() + "\n---\n" + minimal(), []string{"f.yaml:8: name: trùng với f.yaml:1", "f.yaml:9: number: trùng với f.yaml:2"}},
		{"no YAML", "name: [a", []string{"f.yaml: không phải YAML: yaml: line 1"}},
		{"a list", "- a\n- b\n", []string{"f.yaml:1: phải là các cặp khóa: giá trị"}},
		{"nothing", "# only a comment\n", []string{"f.yaml: tệp không có nhân vật nào"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := Parse("f.yaml", []byte(c.text), big)
			assert.Nil(t, all)
			var problems Problems
			require.ErrorAs(t, err, &problems)
			require.Len(t, problems, len(c.want), "%v", err)
			for i, want := range c.want {
				assert.True(t, strings.HasPrefix(problems[i].Error(), want), "%v", problems[i])
				assert.NotEmpty(t, problems[i].En)
			}
		})
	}
}

func TestPhotos(t *testing.T) {
	var picture bytes.Buffer
	require.NoError(t, jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 40)), nil))
	jp2, err := os.ReadFile("../persona/portraits/ten-dai.jp2")
	require.NoError(t, err)
	files := fstest.MapFS{"a.jpg": {Data: picture.Bytes()}, "b.jp2": {Data: jp2}}
	for _, c := range []struct {
		portrait string
		format   persona.ImageFormat
		size     [2]int
	}{
		{"{file: a.jpg}", persona.JPEG, [2]int{30, 40}},
		{"{file: b.jp2}", persona.JPEG2000, [2]int{420, 525}},
		{"{like: ten-dai}", persona.JPEG2000, [2]int{420, 525}},
		{"{like: mau}", persona.JPEG, [2]int{420, 525}},
		{"{hair: bun}", persona.JPEG, [2]int{420, 525}},
	} {
		t.Run(c.portrait, func(t *testing.T) {
			all, err := Parse("f.yaml", []byte(minimal("portrait: "+c.portrait)), files)
			require.NoError(t, err)
			face, err := all[0].ChipImage()
			require.NoError(t, err)
			assert.Equal(t, c.format, face.Format)
			assert.Equal(t, c.size, [2]int{face.Width, face.Height})
		})
	}
}

// TestFilesTogether: names must differ over all files.
func TestFilesTogether(t *testing.T) {
	dir := t.TempDir()
	for i, text := range []string{minimal(), minimal("name: b", "number: 000190000027"), minimal("number: 000190000035")} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), []byte(text), 0o600))
	}
	all, err := Load(filepath.Join(dir, "0.yaml"), filepath.Join(dir, "1.yaml"))
	require.NoError(t, err)
	assert.Len(t, all, 2)
	_, err = Load(filepath.Join(dir, "0.yaml"), filepath.Join(dir, "2.yaml"))
	var problems Problems
	require.ErrorAs(t, err, &problems)
	assert.Contains(t, problems[0].Error(), "2.yaml:1: name: trùng với "+dir)
	_, err = Load(filepath.Join(dir, "none.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestWriteAndRead writes every kind of persona and reads it back.
func TestWriteAndRead(t *testing.T) {
	var people []persona.Persona
	for i, p := range persona.All() {
		p.Name = "copy-" + p.Name
		p.Number = p.Number[:6] + fmt.Sprintf("%06d", 900000+i)
		p.Format = persona.JPEG // images of the catalogue are not written
		people = append(people, p)
	}
	people = append(people, MakeUp("x", 200)...)
	var text bytes.Buffer
	require.NoError(t, Write(&text, people, nil))
	again, err := Parse("f.yaml", text.Bytes(), nil)
	require.NoError(t, err)
	assert.Equal(t, people, again)
}

func TestOne(t *testing.T) {
	values := map[string]string{"name": "a", "number": "000190000019", "fullName": "Mẫu", "dateOfBirth": "15/01/1990", "sex": "nữ", "dateOfIssue": "2021-07-10"}
	p, err := One(values, "", nil)
	require.NoError(t, err)
	assert.Equal(t, "000190000019", p.Number)
	values["sex"] = "nam"
	_, err = One(values, "", nil)
	var problems Problems
	require.ErrorAs(t, err, &problems)
	assert.Equal(t, "number", problems[0].Field)
	sex, birth, ok := SexAndBirth(values)
	require.True(t, ok)
	values["number"] = NumberFor("seed", sex, birth)
	_, err = One(values, "", nil)
	assert.NoError(t, err)
	_, _, ok = SexAndBirth(map[string]string{"sex": "nam"})
	assert.False(t, ok)
	assert.NotEmpty(t, Keys())
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("testdata/example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte(minimal("father: &x An", "mother: *x")))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("? [complex]\n: {}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := Parse("f.yaml", text, nil)
		if err != nil {
			var problems Problems
			require.True(t, errors.As(err, &problems))
			require.NotEmpty(t, err.Error())
			return
		}
		for _, p := range all {
			require.Len(t, p.MRZ(), 92)
			require.Len(t, p.Number, 12)
		}
	})
}
