package browsers

import (
	"os"
	"path/filepath"
	"slices"
)

// Show says what every browser's policies allow of the origins.
func Show(root string, origins []string) ([]Place, error) {
	urls, err := patterns(origins)
	if err != nil {
		return nil, err
	}
	names, err := hosts(origins)
	if err != nil {
		return nil, err
	}
	var all []Place
	for _, k := range kin {
		p := Place{Browser: k.name, Where: filepath.Join(root, k.dir, ourFile), Installed: anyOf(root, k.programs), Origins: []string{}}
		if b, err := read(p.Where); err == nil {
			if o, err := parseObject(b); err == nil {
				p.Origins, _ = o.list(allowed)
			}
		}
		p.Missing, p.Overruled = missing(urls, p.Origins), against(filepath.Dir(p.Where))
		all = append(all, p)
	}
	return append(all, showFirefox(root, names)), nil
}

func showFirefox(root string, names []string) Place {
	p := Place{Browser: "firefox", Where: filepath.Join(root, firefoxDir, "policies.json"), Installed: anyOf(root, firefoxPrograms), Origins: []string{}}
	b, err := read(p.Where)
	if err == nil {
		o, err := parseObject(b)
		if err != nil {
			p.Overruled = p.Where
		} else if there := skipDomains.of(o); there != nil {
			p.Origins = there
		}
	}
	p.Missing = missing(names, p.Origins)
	return p
}

// anyOf tells whether one of the programs is there.
func anyOf(root string, programs []string) bool {
	return slices.ContainsFunc(programs, func(program string) bool {
		_, err := os.Stat(filepath.Join(root, program))
		return err == nil
	})
}

// changed is Show after an installation.
func changed(root string, origins []string) ([]Place, error) {
	all, err := Show(root, origins)
	for i := range all {
		all[i].Changed = len(all[i].Missing) == 0 && all[i].Overruled == ""
	}
	return all, err
}

// markChanged says where the second differs from the first.
func markChanged(before, after []Place) []Place {
	for i := range after {
		after[i].Changed = !slices.Equal(before[i].Origins, after[i].Origins)
	}
	return after
}
