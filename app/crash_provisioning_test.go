package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/demo"
	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/edge/provision"
	"comptoir/office/provisioning"
)

const (
	hookFolder  = "COMPTOIR_HOOK_FOLDER" // tells the test binary to be the one that is killed
	hookToken   = "COMPTOIR_HOOK_TOKEN"
	hookCrashes = 6
)

// heard is what an address was told, by the external code of the account.
type heard struct {
	mu    sync.Mutex
	codes map[string]int
}

func (h *heard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, rest, _ := strings.Cut(string(b), `"externalCode":"`)
	code, _, _ := strings.Cut(rest, `"`)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.codes[code]++
}

// Killed while a third-party program makes accounts and events are on their way: an account that was
// acknowledged is there once, also where the call is made again, and its event is told.
func TestKilledWhileProvisioning(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "company")
	if _, err := app.MakeDemo(t.Context(), app.DemoOptions{Folder: folder, Now: time.Now(), Options: demo.Options{Documents: 10, Customers: 8}}); err != nil {
		t.Fatal(err)
	}
	ear := &heard{codes: map[string]int{}}
	server := httptest.NewServer(ear)
	t.Cleanup(server.Close)
	token := hooked(t, folder, server.URL)
	var made []string
	for round := range hookCrashes {
		made = append(made, killedProvisioning(t, folder, token, 3+2*round)...)
	}
	if len(made) < hookCrashes {
		t.Fatalf("too little was at stake: %v", made)
	}
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, h) })
	for _, code := range made {
		if status := makeAccount(h, token, code); status != http.StatusOK {
			t.Errorf("%s again: %d", code, status)
		}
	}
	if err := h.Provisioning.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw := dbtest.Raw(t, filepath.Join(folder, "comptoir.db"))
	for _, code := range made {
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM customers WHERE external_code = ?", code); n != 1 {
			t.Errorf("%s is there %d times", code, n)
		}
		if ear.codes[code] < 1 {
			t.Errorf("%s was acknowledged and never told", code)
		}
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM webhook_marks"); n != 0 {
		t.Errorf("%d marks are left", n)
	}
}

// hooked gives the company a token and an address that is told of new accounts.
func hooked(t *testing.T, folder, url string) (token string) {
	t.Helper()
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, h)
	who, key := actor.Machine(), id.Random()
	m, err := h.Provisioning.CreateToken(t.Context(), who, provisioning.NewToken{Key: key(), Name: "Passerelle", Scopes: []string{string(provisioning.AccountsRead), string(provisioning.AccountsWrite)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Provisioning.SaveWebhook(t.Context(), who, provisioning.SaveWebhook{Key: key(), URL: url, Events: []string{"account.created"}, On: true}); err != nil {
		t.Fatal(err)
	}
	return m.Secret
}

// killedProvisioning lets a program make accounts, kills it behind the n-th and gives those that it acknowledged.
func killedProvisioning(t *testing.T, folder, token string, n int) (made []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilledProvisioning$")
	cmd.Env = append(os.Environ(), hookFolder+"="+folder, hookToken+"="+token)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		code, ok := strings.CutPrefix(lines.Text(), "made ")
		if !ok {
			t.Errorf("it said %q", lines.Text())
			continue
		}
		if made = append(made, code); len(made) == n {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("ended by itself: %v", err)
	}
	return made
}

// TestBeKilledProvisioning is the program that makes accounts and tells of them, in a process of its own.
func TestBeKilledProvisioning(t *testing.T) {
	folder := os.Getenv(hookFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledWhileProvisioning")
	}
	h, err := app.OpenHouse(context.Background(), app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	code := id.Random()
	for {
		said := "K-" + code()
		if status := makeAccount(h, os.Getenv(hookToken), said); status != http.StatusCreated {
			t.Fatalf("%s: %d", said, status)
		}
		tell("made %s", said)
		if err := h.Provisioning.Deliver(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func makeAccount(h *app.House, token, code string) int {
	body := fmt.Sprintf(`{"externalCode":%q,"name":"Compte %s","email":"a@b.example","address":{"line1":"2 rue Haute","postcode":"69002","city":"Lyon","country":"FR"}}`, code, code)
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8443"+provision.Base+"/accounts", strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:5555"
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", code)
	r.Header.Set("Comptoir-SPID", "BRINDILLE-69")
	rec := httptest.NewRecorder()
	h.API.ServeHTTP(rec, r)
	return rec.Code
}

func shut(t *testing.T, h *app.House) {
	t.Helper()
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
