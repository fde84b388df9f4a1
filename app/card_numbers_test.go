package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/edge/gateway/stripetest"
)

// figures are runs of figures that may be a card's number, however it is spaced.
var figures = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){12,}`)

// cardStarts are how the numbers begin that Stripe publishes for trials.
var cardStarts = regexp.MustCompile(`^(4242|4000|5555|5200|5105|2223|3782|3714|6011|3056|3622|3566|6200)`)

// passes is the check of card numbers (ISO/IEC 7812).
func passes(digits string) bool {
	sum := 0
	for i, c := range []byte(digits) {
		d := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// numbersIn finds numbers of trial cards and accounts: runs of 13 to 19 figures that pass the
// check, and in longer runs the ones that were typed here.
func numbersIn(text []byte) (found []string) {
	plain := strings.NewReplacer(" ", "", "-", "")
	typed := []string{stripetest.Card, stripetest.CardMastercard, stripetest.CardHolder, stripetest.CardHolderOnce, stripetest.CardNoFunds, stripetest.CardDeclined, stripetest.CardDisputed, stripetest.CardFailsLater}
	for _, run := range figures.FindAll(text, -1) {
		digits := plain.Replace(string(run))
		if len(digits) <= 19 {
			if cardStarts.MatchString(digits) && passes(digits) {
				found = append(found, digits)
			}
			continue
		}
		for _, number := range typed {
			if strings.Contains(digits, plain.Replace(number)) {
				found = append(found, number)
			}
		}
	}
	for _, account := range []string{stripetest.Account, stripetest.AccountFrench} {
		for _, form := range []string{account, plain.Replace(account)} {
			if bytes.Contains(text, []byte(form)) {
				found = append(found, account)
			}
		}
	}
	return found
}

// everyExport makes every export there is, and a whole copy of the file, in the folder.
func everyExport(t *testing.T, h *app.House, folder string) {
	t.Helper()
	ctx := context.Background()
	for _, what := range app.Exports() {
		for _, form := range []string{"csv", "json", "xlsx"} {
			var b bytes.Buffer
			if err := h.Export(ctx, actor.Shell("fr"), what, form, &b); err != nil {
				t.Errorf("%s as %s: %v", what, form, err)
			}
			if err := os.WriteFile(filepath.Join(folder, "export-"+what+"."+form), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	target := filepath.Join(folder, "copy.db")
	if err := os.Remove(target); err != nil && !os.IsNotExist(err) { // of the time before
		t.Fatal(err)
	}
	if err := h.DB.BackupInto(ctx, target); err != nil {
		t.Error(err)
	}
}

// logInto is a log beside the company, so that it is searched with everything else.
func logInto(t *testing.T, folder string) *slog.Logger {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(folder, "program.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// noNumbers looks for the customers' cards, and the firm's keys, in every file: the company's, its
// copy, its exports, the log; of an archive in what is in it.
func noNumbers(t *testing.T, folder string) {
	t.Helper()
	if got := numbersIn([]byte("a 4242-4242 4242 4242, b 4000000000009995, no 4242424242424243 and no 12345678901234567890")); len(got) != 2 {
		t.Fatalf("found %v: what is searched for is not found", got)
	}
	var files []string
	if err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files = append(files, e.Name())
		b, err := os.ReadFile(path)
		for _, text := range append(unpacked(b), b) {
			if got := numbersIn(text); len(got) > 0 {
				t.Errorf("%v in %s", got, e.Name())
			}
			for _, secret := range []string{stripetest.LiveKey, stripetest.TestKey, stripeHook} {
				if bytes.Contains(text, []byte(secret)) {
					t.Errorf("%s is in %s", secret, e.Name())
				}
			}
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"copy.db", "export-payments.csv", "export-payments.xlsx", "export-entries.json", "program.log"} {
		if !slices.Contains(files, name) {
			t.Errorf("%s was not searched", name)
		}
	}
}

// unpacked gives what is in an archive (XLSX).
func unpacked(b []byte) (texts [][]byte) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil
	}
	for _, f := range z.File {
		if r, err := f.Open(); err == nil {
			if text, err := io.ReadAll(r); err == nil {
				texts = append(texts, text)
			}
			_ = r.Close()
		}
	}
	return texts
}
