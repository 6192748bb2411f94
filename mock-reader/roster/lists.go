package roster

import (
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"chipid/mock-reader/persona"
)

var shortName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// setName reads the name by which the persona is called.
func (d *draft) setName(n *yaml.Node) error {
	if err := plain(n); err != nil {
		return err
	}
	if !shortName.MatchString(n.Value) {
		return wrong("chỉ gồm a-z, 0-9 và dấu -, nhiều nhất 40 ký tự", "must consist of a-z, 0-9 and -, 40 characters at most")
	}
	d.p.Name = n.Value
	return nil
}

// setTitle reads a text, or one in each language.
func (d *draft) setTitle(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return setText(func(p *persona.Persona) *string { return &p.TitleVi }, anyText)(d, n)
	}
	d.eachPair(n, "title.", func(key string, value *yaml.Node) error {
		switch key {
		case "vi":
			return setText(func(p *persona.Persona) *string { return &p.TitleVi }, anyText)(d, value)
		case "en":
			return setText(func(p *persona.Persona) *string { return &p.TitleEn }, anyText)(d, value)
		}
		return wrong("chỉ có vi và en", "vi and en only")
	})
	return nil
}

// setSpouses reads a list of names.
func (d *draft) setSpouses(n *yaml.Node) error {
	names, err := list(n, maxSpouses, nameText)
	d.p.Spouses = names
	return err
}

// list reads a list of texts.
func list(n *yaml.Node, most int, check func(string) error) ([]string, error) {
	if n.Kind != yaml.SequenceNode || n.Anchor != "" {
		return nil, wrong("phải là một danh sách", "must be a list")
	}
	if len(n.Content) > most {
		return nil, wrongf("nhiều hơn %d mục", "more than %d items", most)
	}
	var all []string
	for _, item := range n.Content {
		if err := plain(item); err != nil {
			return nil, err
		}
		text := textOf(item)
		if err := check(text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}

// Field numbers of DG13 that nobody knows.
const firstUnknown, lastUnknown = 17, 65535

// setExtra reads field numbers with the list of their values.
func (d *draft) setExtra(n *yaml.Node) error {
	if len(n.Content) > 2*maxExtra {
		return wrongf("nhiều hơn %d trường", "more than %d fields", maxExtra)
	}
	d.eachPair(n, "extraFields.", func(key string, value *yaml.Node) error {
		number, err := strconv.Atoi(key)
		if err != nil || number < firstUnknown || number > lastUnknown {
			return wrongf("số trường phải từ %d đến %d", "field numbers are from %d to %d", firstUnknown, lastUnknown)
		}
		var values []string
		if !isNull(value) {
			if values, err = list(value, maxExtra, anyText); err != nil {
				return err
			}
		}
		d.p.Extra = append(d.p.Extra, persona.ExtraField{Number: number, Values: values})
		return nil
	})
	return nil
}

// setPortrait reads a look to be drawn, a photo's file, or whose face it is.
func (d *draft) setPortrait(n *yaml.Node) error {
	d.eachPair(n, "portrait.", func(key string, value *yaml.Node) error {
		look := &d.p.Look
		switch key {
		case "file":
			return d.setPhoto(value)
		case "like":
			return d.setLike(value)
		case "hair":
			return readWord(value, &look.Hair, persona.HairStyles)
		case "hairColour":
			return readWord(value, &look.HairColour, persona.HairColours)
		case "skin":
			return readWord(value, &look.Skin, persona.Skins)
		case "garment":
			return readWord(value, &look.Garment, persona.Garments)
		case "collar":
			return readWord(value, &look.Collar, persona.Collars)
		case "glasses":
			return readWord(value, &look.Glasses, truth)
		case "lines":
			return readWord(value, &look.Lines, truth)
		case "young":
			return readWord(value, &look.Young, truth)
		}
		return wrong("không có khóa này", "no such key")
	})
	return nil
}

var truth = map[string]bool{"true": true, "false": false, "yes": true, "no": false, "có": true, "không": false}

// setLike takes the face of a persona of the catalogue, coded as on that card.
func (d *draft) setLike(n *yaml.Node) error {
	if err := plain(n); err != nil {
		return err
	}
	like, err := persona.ByName(n.Value)
	if err != nil {
		return wrong("không có nhân vật dựng sẵn tên này", "no built-in persona of this name")
	}
	d.p.Look = like.Look
	if like.Format == persona.JPEG2000 {
		image, err := like.ChipImage()
		if err != nil {
			return err
		}
		d.p.Photo = &image
	}
	return nil
}

// setPhoto reads an image file in the folder of the YAML file.
func (d *draft) setPhoto(n *yaml.Node) error {
	if err := plain(n); err != nil {
		return err
	}
	if d.files == nil || !fs.ValidPath(n.Value) {
		return wrong("phải là tệp trong thư mục của tệp này, đường dẫn tương đối", "must be a file in this file's folder, by a relative path")
	}
	f, err := d.files.Open(n.Value)
	if err != nil {
		return wrong("không mở được tệp ảnh", "the image file cannot be opened")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, persona.MaxPhoto+1))
	if err != nil {
		return wrong("không đọc được tệp ảnh", "the image file cannot be read")
	}
	d.p.Photo, err = persona.NewPhoto(data)
	switch {
	case errors.Is(err, persona.ErrPhotoSize):
		return wrongf("ảnh quá lớn: nhiều nhất %d byte, mỗi cạnh %d điểm ảnh", "image too large: %d bytes and %d pixels on a side at most", persona.MaxPhoto, persona.MaxPhotoSide)
	case err != nil:
		return wrong("không phải ảnh JPEG hay JPEG 2000 đọc được", "neither a JPEG nor a JPEG 2000 image that can be read")
	}
	return nil
}
