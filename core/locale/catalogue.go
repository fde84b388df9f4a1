package locale

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// catalogue is every text of every area, by language and key.
type catalogue struct {
	texts map[Lang]map[string]string
	err   error // files that could not be read, keys told twice
}

// The catalogue is read at its first use, not at start: tools that show no text pay nothing.
var catalogueOf = sync.OnceValue(shipped)

// Check gives what is wrong with the shipped catalogue: unreadable files, keys told twice,
// a key or a placeholder that one language has and the other lacks, messages that do not
// parse. A test and `comptoir check` call it.
func Check() error {
	c := catalogueOf()
	return errors.Join(c.err, shippedTwice(), c.parity())
}

// load reads <area>.<lang>.json files: flat objects from key to message.
func load(fsys fs.FS, dir string) *catalogue {
	c := &catalogue{texts: map[Lang]map[string]string{FR: {}, EN: {}}}
	var problems []error
	names, err := fs.Glob(fsys, dir+"/*.json")
	problems = append(problems, err)
	for _, name := range names {
		parts := strings.Split(strings.TrimSuffix(name, ".json"), ".")
		texts, known := c.texts[parts[len(parts)-1]]
		if !known || len(parts) < 2 {
			problems = append(problems, fmt.Errorf("locale: %s: the name must end in .fr.json or .en.json", name))
			continue
		}
		data, err := fs.ReadFile(fsys, name)
		if err == nil {
			err = readFlat(data, texts)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("locale: %s: %w", name, err))
		}
	}
	c.err = errors.Join(problems...)
	return c
}

// readFlat adds the pairs of one JSON object to texts.
func readFlat(data []byte, texts map[string]string) error {
	var flat map[string]string
	if err := json.Unmarshal(data, &flat); err != nil {
		return err
	}
	var problems []error
	for key, text := range flat {
		if _, told := texts[key]; told {
			problems = append(problems, fmt.Errorf("key %q stands in another file too", key))
			continue
		}
		texts[key] = text
	}
	return errors.Join(problems...)
}

// twice finds keys that stand twice in one file, about which json.Unmarshal keeps silent.
func twice(fsys fs.FS, dir string) error {
	var problems []error
	names, err := fs.Glob(fsys, dir+"/*.json")
	problems = append(problems, err)
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		dec := json.NewDecoder(bytes.NewReader(data))
		for i := 0; ; i++ {
			token, err := dec.Token()
			if err != nil { // the end, or what load already told
				break
			}
			if key, ok := token.(string); ok && i%2 == 1 { // after the brace: key, text, key, text …
				if seen[key] {
					problems = append(problems, fmt.Errorf("locale: %s: key %q stands twice", name, key))
				}
				seen[key] = true
			}
		}
	}
	return errors.Join(problems...)
}

// parity compares the languages with French.
func (c *catalogue) parity() error {
	var problems []error
	for key, fr := range c.texts[FR] {
		en, ok := c.texts[EN][key]
		if !ok {
			problems = append(problems, fmt.Errorf("locale: %s has no English text", key))
			continue
		}
		a, errFR := placeholders(fr)
		b, errEN := placeholders(en)
		if err := errors.Join(errFR, errEN); err != nil {
			problems = append(problems, fmt.Errorf("locale: %s: %w", key, err))
		} else if a != b {
			problems = append(problems, fmt.Errorf("locale: %s: French uses %s, English %s", key, a, b))
		}
	}
	for key := range c.texts[EN] {
		if _, ok := c.texts[FR][key]; !ok {
			problems = append(problems, fmt.Errorf("locale: %s has no French text", key))
		}
	}
	return errors.Join(problems...)
}
