package seal

import (
	"crypto/md5" //nolint:gosec // the checksum that ISO 32000-1, 7.11.4 names; nothing rests on it
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// EvidenceName is the name of the attached record.
const EvidenceName = "evidence.json"

const (
	maxNames  = 10_000
	jsonMedia = "application/json"
)

// attach embeds the record and gives the number of its file specification, and the place of
// the deflated record in the file.
func (u *update) attach(record []byte, about string, at time.Time) (spec ref, offset, length int64) {
	body := deflate(record)
	file := u.reserve()
	offset = u.stream(file, makeDict("Type", name("EmbeddedFile"), "Subtype", name(jsonMedia), "Filter", name("FlateDecode"),
		"Params", makeDict("Size", number(int64(len(record))), "ModDate", pdfDate(at), "CheckSum", literal(fmt.Sprintf("<%X>", md5.Sum(record))))), body) //nolint:gosec // as above
	spec = u.reserve()
	u.object(spec, makeDict("Type", name("Filespec"), "F", text(EvidenceName), "UF", text(EvidenceName), "Desc", text(about),
		"AFRelationship", name("Data"), "EF", makeDict("F", file, "UF", file)))
	return spec, offset, int64(len(body))
}

// listed gives the catalog with the attachment in its two lists: the associated files (ISO
// 32000-2, 14.13) and the tree of embedded files (ISO 32000-1, 7.11.4), made flat.
func (u *update) listed(root *dict, spec ref) (*dict, error) {
	files, err := u.f.arrayOf(root.get("AF"))
	if err != nil {
		return nil, err
	}
	if one, ok := u.f.deref(root.get("AF")).(*dict); ok { // a single one, not in an array
		files = array{root.get("AF")}
		if _, direct := root.get("AF").(*dict); direct {
			files = array{one}
		}
	}
	names, err := u.f.dictOf(root.get("Names"))
	if err != nil {
		return nil, err
	}
	if names == nil {
		names = &dict{}
	}
	pairs, err := u.embedded(names.get("EmbeddedFiles"), maxTree)
	if err != nil {
		return nil, err
	}
	key := EvidenceName
	for n := 2; slices.ContainsFunc(pairs, func(p pair) bool { return p.key == key }); n++ {
		key = fmt.Sprintf("evidence-%d.json", n)
	}
	pairs = append(pairs, pair{key, literal("(" + key + ")"), spec})
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	list := array{}
	for _, p := range pairs {
		list = append(list, p.raw, p.val)
	}
	tree := u.reserve()
	u.object(tree, makeDict("Names", list))
	return root.with("AF", append(files[:len(files):len(files)], spec)).with("Names", names.with("EmbeddedFiles", tree)), nil
}

// pair is an entry of a tree of names.
type pair struct {
	key string
	raw literal
	val value
}

// embedded reads a tree of names whole (7.9.6).
func (u *update) embedded(at value, depth int) ([]pair, error) {
	node, err := u.f.dictOf(at)
	if err != nil || node == nil {
		return nil, err
	}
	if depth == 0 {
		return nil, errDamaged
	}
	var pairs []pair
	list, err := u.f.arrayOf(node.get("Names"))
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(list); i += 2 {
		raw, ok := u.f.deref(list[i]).(literal)
		if !ok {
			return nil, errDamaged
		}
		pairs = append(pairs, pair{string(unquote(raw)), raw, list[i+1]})
	}
	kids, err := u.f.arrayOf(node.get("Kids"))
	if err != nil {
		return nil, err
	}
	for _, kid := range kids {
		more, err := u.embedded(kid, depth-1)
		if err != nil {
			return nil, err
		}
		if pairs = append(pairs, more...); len(pairs) > maxNames {
			return nil, errDamaged
		}
	}
	return pairs, nil
}

// text writes a string of text: ASCII as it is, anything else as UTF-16 (7.9.2.2).
func text(s string) literal {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] >= ' ' && s[i] <= '~' && s[i] != '(' && s[i] != ')' && s[i] != '\\'
	}
	if plain {
		return literal("(" + s + ")")
	}
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, c := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", c)
	}
	return literal(b.String() + ">")
}

// pdfDate writes a moment (7.9.4).
func pdfDate(t time.Time) literal {
	return literal("(D:" + t.UTC().Format("20060102150405") + "Z)")
}

// unquote gives the bytes of a string as written.
func unquote(l literal) []byte {
	s := string(l)
	switch {
	case len(s) >= 2 && s[0] == '(':
		return unescape(s[1 : len(s)-1])
	case len(s) >= 2 && s[0] == '<':
		return unhex(s[1 : len(s)-1])
	}
	return nil
}

func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		if s[i] >= '0' && s[i] <= '7' {
			v, n := 0, 0
			for n < 3 && i < len(s) && s[i] >= '0' && s[i] <= '7' {
				v, n, i = v*8+int(s[i]-'0'), n+1, i+1
			}
			out = append(out, byte(v))
			i--
			continue
		}
		if at := strings.IndexByte("nrtbf", s[i]); at >= 0 {
			out = append(out, "\n\r\t\b\f"[at])
		} else if s[i] != '\n' && s[i] != '\r' {
			out = append(out, s[i])
		}
	}
	return out
}

func unhex(s string) []byte {
	var out []byte
	half, have := byte(0), false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			continue
		}
		if have {
			out = append(out, half<<4|c)
		}
		half, have = c, !have
	}
	if have {
		out = append(out, half<<4)
	}
	return out
}
