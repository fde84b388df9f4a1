package audit

import (
	"reflect"
	"strings"
)

// notSettings are fields of a form that are no setting: whose they are, which page it was, what is said about them.
var notSettings = []string{
	"version", "publicid", "id", "updatedat", "key", "missing", "groupid", "haslogo", "haspassword", "isdemo", "policyname", "pricelistname",
	"placeholders", "contacts", "customers", "formats", "maycharge", "feelaw", "cashlimit", "ready", "others",
}

// Changed names the fields in which two values of one struct differ, by their JSON names, else by
// their Go names with a small first letter: never what stands in them. A change of settings is
// logged with it.
func Changed(before, after any) []string {
	a, b := reflect.Indirect(reflect.ValueOf(before)), reflect.Indirect(reflect.ValueOf(after))
	names := []string{}
	if a.Kind() != reflect.Struct || a.Type() != b.Type() {
		return names
	}
	for _, f := range fields(a.Type()) {
		if !reflect.DeepEqual(a.FieldByIndex(f.at).Interface(), b.FieldByIndex(f.at).Interface()) {
			names = append(names, f.name)
		}
	}
	return names
}

// Fields names all that Changed can name of a struct.
func Fields(of any) []string {
	names := []string{}
	for _, f := range fields(reflect.Indirect(reflect.ValueOf(of)).Type()) {
		names = append(names, f.name)
	}
	return names
}

type field struct {
	name string
	at   []int
}

func fields(of reflect.Type) (list []field) {
	for _, f := range reflect.VisibleFields(of) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = strings.ToLower(f.Name[:1]) + f.Name[1:]
		}
		if name != "-" && !ignored(name) {
			list = append(list, field{name, f.Index})
		}
	}
	return list
}

func ignored(name string) bool {
	for _, n := range notSettings {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
