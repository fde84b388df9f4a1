package access_test

import (
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/office/access"
)

func TestCheckPassword(t *testing.T) {
	near := []string{"Ann Lefort", "ann@atelier.example", "Menuiserie Vasseur", "www.vasseur.example"}
	for password, key := range map[string]string{
		"Noisette-42-verte":                "",
		"Chèvre 9 sous la pluie":           "", // spaces and accents, taken as typed
		" Xk4#mQ9z ":                       "",
		"Ab1!" + strings.Repeat("ü", 124):  "",
		"Ab1!" + strings.Repeat("ü", 125):  "fault.password_long",
		"Ab1!xyz":                          "fault.password_short",
		"":                                 "fault.password_short",
		"noisette-42":                      "fault.password_classes",
		"NoisetteVerte1":                   "fault.password_classes",
		"Noisette-verte":                   "fault.password_classes",
		"Password1!":                       "fault.password_common",
		"P@ssw0rd2026!":                    "fault.password_common",
		"Motdepasse1!":                     "fault.password_common",
		"M0tdepasse!!":                     "fault.password_common",
		"Azertyuiop1!":                     "fault.password_common",
		"Qwerty123456!":                    "fault.password_common",
		"1234567890A!":                     "fault.password_common",
		"Aaaaaaaa1!":                       "fault.password_common",
		"Marseille13!":                     "fault.password_common",
		"Bienvenue2026!":                   "fault.password_common",
		"Vasseur2026!":                     "fault.password_context",
		"Lefort!1ann":                      "fault.password_context",
		"Comptoir#12":                      "fault.password_context",
		"V4ss3ur-12":                       "fault.password_context",
		"Vasseur-et-quarante-2-noisettes!": "", // long enough without the name
	} {
		err := access.CheckPassword(password, near...)
		got := ""
		if e, ok := fault.As(err); ok {
			got = e.Fields[0].Key
		}
		if got != key {
			t.Errorf("%q: %q, want %q", password, got, key)
		}
	}
}

// The list and the ways people dress a word up cover far more than the 3 000 passwords
// that ASVS 6.2.4 asks for.
func TestCommonPasswordsAreRefused(t *testing.T) {
	refused := 0
	for word := range access.CommonWords() {
		if len(word) < 5 || strings.ContainsFunc(word, func(r rune) bool { return r > 'z' }) {
			continue
		}
		capital := strings.ToUpper(word[:1]) + word[1:]
		for _, p := range []string{capital + "1!2", capital + "123!", capital + "2026!", capital + "@2024", "!1" + capital + "1", capital + ".01"} {
			if access.CheckPassword(p) == nil {
				t.Fatalf("%q is allowed", p)
			}
			refused++
		}
	}
	if refused < 3000 {
		t.Errorf("only %d common passwords are known", refused)
	}
}
