package browsers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// Keys below HKEY_LOCAL_MACHINE.
const (
	policiesKey = `SOFTWARE\Policies`
	firefoxKey  = policiesKey + `\Mozilla\Firefox\LocalNetworkAccess\SkipDomains`
	recordKey   = `SOFTWARE\chipid\BrowserPolicies`
)

// kin are Chromium and those made from it, with their keys of policies and the
// folders below Program Files by which they are known. Cốc Cốc documents no key;
// administrators' published scripts use these two, and one that it does not read
// does no harm.
var kin = []struct{ name, key, program string }{
	{"chrome", policiesKey + `\Google\Chrome`, `Google\Chrome\Application\chrome.exe`},
	{"edge", policiesKey + `\Microsoft\Edge`, `Microsoft\Edge\Application\msedge.exe`},
	{"chromium", policiesKey + `\Chromium`, `Chromium\Application\chrome.exe`},
	{"brave", policiesKey + `\BraveSoftware\Brave`, `BraveSoftware\Brave-Browser\Application\brave.exe`},
	{"coccoc", policiesKey + `\CocCoc\CocCoc`, cocCoc},
	{"coccoc", policiesKey + `\CocCoc`, cocCoc},
}

const cocCoc = `CocCoc\Browser\Application\browser.exe`

const firefoxProgram = `Mozilla Firefox\firefox.exe`

// rights says that it is for an administrator.
func rights(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w: %w", ErrRights, err)
	}
	return err
}

// Install allows the origins in every browser's policies, in the place of what
// was installed before. root must be empty.
func Install(_ string, origins []string) ([]Place, error) {
	urls, err := patterns(origins)
	if err != nil {
		return nil, err
	}
	names, err := hosts(origins)
	if err != nil {
		return nil, err
	}
	if _, err := Remove(""); err != nil {
		return nil, err
	}
	if len(origins) == 0 {
		return Show("", nil)
	}
	var errs []error
	for _, k := range kin {
		if against(k.key) == "" {
			errs = append(errs, add(k.key+`\`+allowed, urls))
		}
	}
	errs = append(errs, add(firefoxKey, names))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	all, err := Show("", origins)
	for i := range all {
		all[i].Changed = len(all[i].Missing) == 0 && all[i].Overruled == ""
	}
	return all, err
}

// against names a policy of the browser that blocks what ours allows.
func against(key string) string {
	for _, rival := range rivals {
		if k, err := registry.OpenKey(registry.LOCAL_MACHINE, key+`\`+rival, registry.QUERY_VALUE|registry.WOW64_64KEY); err == nil {
			k.Close()
			return `HKLM\` + key + `\` + rival
		}
	}
	return ""
}

// values returns the numbered texts of a key.
func values(key string) map[string]string {
	all := map[string]string{}
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.QUERY_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return all
	}
	defer k.Close()
	names, err := k.ReadValueNames(0)
	if err != nil {
		return all
	}
	for _, name := range names {
		if text, _, err := k.GetStringValue(name); err == nil {
			all[name] = text
		}
	}
	return all
}

// add puts texts that are missing under the first free numbers of a list, and
// each into the record before.
func add(key string, texts []string) error {
	there := values(key)
	var have []string
	for _, text := range there {
		have = append(have, text)
	}
	if len(missing(texts, have)) == 0 {
		return nil
	}
	if err := makeKey(key); err != nil {
		return err
	}
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.SET_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return rights(err)
	}
	defer k.Close()
	n := 1
	for _, text := range missing(texts, have) {
		for ; there[strconv.Itoa(n)] != ""; n++ {
		}
		name := strconv.Itoa(n)
		there[name] = text
		if err := note(key+`\`+name, text); err != nil {
			return err
		}
		if err := k.SetStringValue(name, text); err != nil {
			return rights(err)
		}
	}
	return nil
}

// madeMark is the record's text for a key that we made.
const madeMark = "key"

// makeKey makes the keys of a path that are missing, and notes them.
func makeKey(key string) error {
	parts := strings.Split(key, `\`)
	for i := 2; i <= len(parts); i++ {
		path := strings.Join(parts[:i], `\`)
		if k, err := registry.OpenKey(registry.LOCAL_MACHINE, path, registry.QUERY_VALUE|registry.WOW64_64KEY); err == nil {
			k.Close()
			continue
		}
		if err := note(path+`\`, madeMark); err != nil {
			return err
		}
		k, _, err := registry.CreateKey(registry.LOCAL_MACHINE, path, registry.QUERY_VALUE|registry.WOW64_64KEY)
		if err != nil {
			return rights(err)
		}
		k.Close()
	}
	return nil
}

// note writes into the record what is about to be written.
func note(name, text string) error {
	k, _, err := registry.CreateKey(registry.LOCAL_MACHINE, recordKey, registry.SET_VALUE|registry.WOW64_64KEY)
	if err != nil {
		return rights(err)
	}
	defer k.Close()
	return rights(k.SetStringValue(name, text))
}

// Remove takes out what is in the record and is still as it was written, then
// the keys that we made and that have become empty.
func Remove(string) ([]Place, error) {
	before, err := Show("", nil)
	if err != nil {
		return nil, err
	}
	record := values(recordKey)
	var made []string
	for name, text := range record {
		if strings.HasSuffix(name, `\`) {
			made = append(made, strings.TrimSuffix(name, `\`))
			continue
		}
		at := strings.LastIndex(name, `\`)
		if err := takeValue(name[:at], name[at+1:], text); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(made, func(a, b string) int { return len(b) - len(a) }) // the deepest first
	for _, key := range made {
		if err := removeEmpty(key); err != nil {
			return nil, err
		}
	}
	if len(record) > 0 {
		if err := registry.DeleteKey(registry.LOCAL_MACHINE, recordKey); err != nil && !errors.Is(err, registry.ErrNotExist) {
			return nil, rights(err)
		}
		_ = removeEmpty(`SOFTWARE\chipid`) // stays if something else is in it
	}
	after, err := Show("", nil)
	for i := range after {
		after[i].Changed = !slices.Equal(before[i].Origins, after[i].Origins)
	}
	return after, err
}

// takeValue deletes a value that still has our text.
func takeValue(key, name, text string) error {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.QUERY_VALUE|registry.SET_VALUE|registry.WOW64_64KEY)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return rights(err)
	}
	defer k.Close()
	if now, _, err := k.GetStringValue(name); err != nil || now != text {
		return nil
	}
	return rights(k.DeleteValue(name))
}

// removeEmpty deletes a key in which nothing is.
func removeEmpty(key string) error {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, key, registry.QUERY_VALUE|registry.ENUMERATE_SUB_KEYS|registry.WOW64_64KEY)
	if err != nil {
		return nil
	}
	info, err := k.Stat()
	k.Close()
	if err != nil || info.SubKeyCount > 0 || info.ValueCount > 0 {
		return nil
	}
	return rights(registry.DeleteKey(registry.LOCAL_MACHINE, key))
}

// Show says what every browser's policies allow of the origins.
func Show(_ string, origins []string) ([]Place, error) {
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
		p := place(k.name, k.key+`\`+allowed, k.program, urls)
		p.Overruled = against(k.key)
		all = append(all, p)
	}
	return append(all, place("firefox", firefoxKey, firefoxProgram, names)), nil
}

func place(name, key, program string, wanted []string) Place {
	p := Place{Browser: name, Where: `HKLM\` + key, Installed: installed(program), Origins: []string{}}
	for _, text := range values(key) {
		p.Origins = append(p.Origins, text)
	}
	slices.Sort(p.Origins)
	p.Missing = missing(wanted, p.Origins)
	return p
}

// installed looks for a program in the folders of programs.
func installed(program string) bool {
	return slices.ContainsFunc([]string{"ProgramFiles", "ProgramFiles(x86)", "ProgramW6432"}, func(folder string) bool {
		_, err := os.Stat(filepath.Join(os.Getenv(folder), program))
		return os.Getenv(folder) != "" && err == nil
	})
}
