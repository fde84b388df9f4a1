package attachments

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"comptoir/core/fault"
)

// What a file is, is told by its first bytes, never by its name or by what a browser says of
// it. The list is of papers and pictures: nothing that runs, and nothing that a browser would
// take for a page (HTML, SVG, XML), whatever its name.

// The refusals of a file.
var (
	errKind  = fault.New(fault.Invalid, "fault.files.kind", "name", "")
	errName  = fault.New(fault.Invalid, "fault.files.name_differs", "name", "")
	errEmpty = fault.New(fault.Invalid, "fault.files.empty", "name", "")
)

type kind struct {
	mediaType  string
	extensions []string // the first is given to a name that has none
	magic      func(head []byte) bool
}

// family are the kinds that have the same first bytes.
func (k kind) family() string {
	switch {
	case strings.HasPrefix(k.mediaType, "text/"):
		return "text"
	case strings.HasPrefix(k.mediaType, "application/") && k.mediaType != "application/pdf":
		return "zip"
	}
	return k.mediaType
}

// nameless tells whether a file of this family without an extension is taken for this kind.
func (k kind) nameless() bool {
	return k.family() == k.mediaType || k.mediaType == "application/zip" || k.mediaType == "text/plain"
}

func starts(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

func at(offset int, magics ...string) func([]byte) bool {
	return func(head []byte) bool {
		for _, m := range magics {
			if len(head) >= offset+len(m) && string(head[offset:offset+len(m)]) == m {
				return true
			}
		}
		return false
	}
}

var zipped = starts("PK\x03\x04")

// kinds in the order in which they are tried; those that are a ZIP inside are told apart by
// their name, since one is as harmless as the other.
var kinds = []kind{
	{"application/pdf", []string{"pdf"}, starts("%PDF-")},
	{"image/png", []string{"png"}, starts("\x89PNG\r\n\x1a\n")},
	{"image/jpeg", []string{"jpg", "jpeg", "jpe"}, starts("\xff\xd8\xff")},
	{"image/gif", []string{"gif"}, func(h []byte) bool { return starts("GIF87a")(h) || starts("GIF89a")(h) }},
	{"image/webp", []string{"webp"}, func(h []byte) bool { return starts("RIFF")(h) && at(8, "WEBP")(h) }},
	{"image/heic", []string{"heic", "heif"}, at(4, "ftypheic", "ftypheix", "ftypmif1", "ftypmsf1", "ftyphevc")},
	{"image/tiff", []string{"tif", "tiff"}, func(h []byte) bool { return starts("II*\x00")(h) || starts("MM\x00*")(h) }},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{"docx"}, zipped},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{"xlsx"}, zipped},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{"pptx"}, zipped},
	{"application/vnd.oasis.opendocument.text", []string{"odt"}, zipped},
	{"application/vnd.oasis.opendocument.spreadsheet", []string{"ods"}, zipped},
	{"application/vnd.oasis.opendocument.presentation", []string{"odp"}, zipped},
	{"application/zip", []string{"zip"}, zipped},
	{"text/csv", []string{"csv"}, isText},
	{"text/plain", []string{"txt", "text", "log"}, isText},
}

// Extensions lists what may be handed over, for the file chooser of a browser.
func Extensions() []string {
	all := []string{}
	for _, k := range kinds {
		for _, e := range k.extensions {
			all = append(all, "."+e)
		}
	}
	return all
}

// kindOf judges the head of a file and its name: the kind, and the name with the extension
// that it must have.
func kindOf(head []byte, name string) (mediaType, cleaned string, err error) {
	if len(head) == 0 {
		return "", "", errEmpty
	}
	name = cleanName(name)
	extension := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	family := "" // a ZIP inside, text, or the one kind that it is
	for _, k := range kinds {
		if (family != "" && k.family() != family) || !k.magic(head) {
			continue
		}
		family = k.family()
		for _, e := range k.extensions {
			if e == extension {
				return k.mediaType, name, nil
			}
		}
		if extension == "" && k.nameless() {
			return k.mediaType, cut(name, nameMax-5) + "." + k.extensions[0], nil
		}
	}
	if family != "" {
		return "", "", errName
	}
	return "", "", errKind
}

// NameFor cleans a new name for a file of that media type: it keeps an extension of its kind,
// and gets one where the name has none. Another kind's extension is refused.
func NameFor(mediaType, name string) (string, error) {
	name = cleanName(name)
	extension := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	for _, k := range kinds {
		if k.mediaType != mediaType {
			continue
		}
		if slices.Contains(k.extensions, extension) {
			return name, nil
		}
		if !known(extension) {
			return cut(name, nameMax-5) + "." + k.extensions[0], nil
		}
	}
	return "", fault.New(errName.Code, errName.Key, "name", name)
}

func known(extension string) bool {
	return slices.ContainsFunc(kinds, func(k kind) bool { return slices.Contains(k.extensions, extension) })
}

// CleanName makes a name that is a name only, of a file or a folder: no path, no control or
// direction marks, nothing that a file system keeps for itself.
func CleanName(name string) string { return cleanName(name) }

// nameMax is what a file system takes, in runes of four bytes at most.
const nameMax = 100

// cleanName makes a name that is a name only: no folder, no control or direction marks (which
// can make exe.pdf of fdp.exe), no device of another system, no dot in front.
func cleanName(name string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = norm.NFC.String(name) // some systems write an accent for itself: the same name to the eye
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	extension := path.Ext(name)
	base := strings.TrimRight(strings.TrimSuffix(name, extension), ". ")
	if len(extension) > 12 { // a sentence with a dot in it
		base, extension = name, ""
	}
	if base == "" || device(base) {
		base = "fichier" + strings.ToLower(strings.TrimPrefix(base, " "))
	}
	return cut(base, nameMax-len(extension)) + extension
}

// device tells the names that Windows keeps for itself.
func device(base string) bool {
	first, _, _ := strings.Cut(strings.ToUpper(base), ".")
	switch first {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(first) == 4 && (strings.HasPrefix(first, "COM") || strings.HasPrefix(first, "LPT")) && first[3] >= '0' && first[3] <= '9'
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return strings.TrimRight(string(r[:max(most, 1)]), ". ")
	}
	return s
}

// isText tells text for people from what a browser would read as a page. Only the head is asked
// here; judge refuses control characters in all of it.
func isText(head []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if bytes.HasPrefix(text, []byte("<")) || bytes.HasPrefix(head, []byte("#!")) || bytes.HasPrefix(text, []byte("{\\rtf")) || bytes.HasPrefix(text, []byte("%!PS")) {
		return false
	}
	low := bytes.ToLower(head)
	for _, tag := range []string{"<html", "<!doctype", "<script", "<svg", "<?xml", "<?php", "<iframe", "javascript:", "mime-version:"} {
		if bytes.Contains(low, []byte(tag)) {
			return false
		}
	}
	return !controls(head)
}

func controls(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f })
}

// headSize is how much of a file is looked at to tell what it is.
const headSize = 2048

// judge hears a file as it streams by, and refuses it as soon as it is clear that it may not be
// kept.
type judge struct {
	typed string // as the sender named it
	head  []byte
	// The verdict.
	mediaType, name string
	decided         bool
}

func (j *judge) Write(b []byte) (int, error) {
	if j.decided {
		return len(b), j.text(b)
	}
	j.head = append(j.head, b...)
	if len(j.head) < headSize {
		return len(b), nil
	}
	return len(b), j.decide()
}

func (j *judge) text(b []byte) error {
	if strings.HasPrefix(j.mediaType, "text/") && controls(b) {
		return errKind
	}
	return nil
}

// decide gives the verdict; at the end it is asked for in any case.
func (j *judge) decide() (err error) {
	if j.decided {
		return nil
	}
	j.decided = true
	head := j.head[:min(len(j.head), headSize)]
	if j.mediaType, j.name, err = kindOf(head, j.typed); err != nil {
		return err
	}
	rest := j.head[len(head):]
	j.head = nil
	return j.text(rest)
}
