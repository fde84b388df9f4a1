package portal_test

import (
	"bufio"
	"context"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/attachments"
	"comptoir/office/chat"
)

// chatting has the firm talk with its customers.
func chatting(f *firm) { f.chats = true }

// chatHours is what the firm's hours say.
func (f *firm) chatHours(_ context.Context, lang string) (portal.ChatHours, error) {
	h := portal.ChatHours{Enabled: f.chats, Open: !f.away, Sentence: "Ouvert jusqu’à 17 h."}
	if f.away {
		h.Sentence = "Ouvre lundi à 9 h."
	}
	if lang == "en" {
		h.Sentence = "Open until 17:00."
	}
	return h, nil
}

// talk is a conversation of Claire's with a file in it.
func (f *firm) talk() (id, file string) {
	f.Helper()
	ctx := f.Context()
	who := actor.Actor{Kind: actor.Contact, ID: f.claire.Contacts[0].ID, Name: "Claire Dupont", CustomerID: f.claire.ID, Trust: actor.TrustPassword, Lang: "fr"}
	id, err := f.chat.PortalBegin(ctx, who, chat.Begin{Key: "fixture-talk-1", Subject: "Pose du parquet", Body: "Quand venez-vous ?"})
	f.must(err)
	staged, err := f.chat.Stage(ctx, f.staff, "plan.pdf", strings.NewReader("%PDF-1.7 plan"))
	f.must(err)
	m, err := f.chat.Write(ctx, f.staff, chat.Say{Key: "fixture-talk-2", ConversationID: id, Body: "Jeudi.", Files: []attachments.Staged{staged}})
	f.must(err)
	return id, m.Files[0].PublicID
}

// listen opens a stream, reads its first notice and leaves.
func (v *visitor) listen(path string) answer {
	v.Helper()
	ctx, stop := context.WithCancel(v.Context())
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.server.URL+path, http.NoBody)
	v.must(err)
	res, err := v.client.Do(r)
	v.must(err)
	defer func() { _ = res.Body.Close() }()
	b := make([]byte, 64<<10)
	n, _ := res.Body.Read(b) // the first piece: a notice, or a page
	return answer{res.StatusCode, res.Header, string(b[:n])}
}

// Without JavaScript: a list, a conversation, forms that come back filled.
func TestConversationsByReload(t *testing.T) {
	f := newFirm(t, chatting)
	id, file := f.talk()
	v := f.byPassword(f.serve())
	f.walk(t, v, scenario{method: "GET", path: "/", status: 200, has: []string{`href="/chat"`, "1 message non lu"}}, f.fillIn)
	f.walk(t, v, scenario{method: "GET", path: "/chat", status: 200, has: []string{"Pose du parquet", "Jeudi.", "Ouvert jusqu’à 17 h."}}, f.fillIn)
	f.walk(t, v, scenario{method: "GET", path: "/chat/" + id, status: 200, has: []string{"Quand venez-vous ?", "plan.pdf", "Vous"}, not: []string{"Joindre des fichiers"}}, f.fillIn)
	f.walk(t, v, scenario{method: "GET", path: "/chat", status: 200, has: []string{"data-unread"}, not: []string{"1 message non lu"}}, f.fillIn)
	if a := v.get("/chat/" + id + "/fichiers/" + file); a.status != 200 || a.body != "%PDF-1.7 plan" || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v", a.status, a.header)
	}
	for range 2 { // sent twice by a nervous hand
		if a := v.post("/chat/"+id, "cle=say-0001&message=Merci+beaucoup"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/chat/"+id+"?fait=envoye#fin" {
			t.Errorf("%d %v", a.status, a.header)
		}
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM conversation_messages WHERE body = 'Merci beaucoup'"); n != 1 {
		t.Errorf("%d messages", n)
	}
	long := strings.Repeat("a", chat.BodyMost+1)
	if a := v.post("/chat/"+id, "cle=say-0002&message="+long); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, long) || !strings.Contains(a.body, `aria-invalid="true"`) {
		t.Errorf("%d: what was typed is lost", a.status)
	}
	if a := v.post("/chat", "cle=begin-0001&sujet=Devis&message="); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="Devis"`) {
		t.Errorf("%d", a.status)
	}
	f.away = true
	a := v.follow(v.post("/chat", "cle=begin-0002&sujet=Devis&message=Bonjour"))
	if a.status != 200 || !strings.Contains(a.body, "Votre message est bien arrivé") || !strings.Contains(a.body, "Ouvre lundi à 9 h.") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := v.post("/chat/"+id+"/transcription", "cle=mail-0001"); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails WHERE kind = 'chat_transcript'"); n != 1 {
		t.Errorf("%d transcripts", n)
	}
}

// While the firm does not chat there is nothing: no tab, no page; nor for a mailed link.
func TestNoChatByDefault(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	if a := v.get("/"); strings.Contains(a.body, `href="/chat"`) {
		t.Error("a tab that leads nowhere")
	}
	for _, path := range []string{"/chat", "/chat/nouveau", "/chat/flux", "/chat/x", "/chat/x/suite"} {
		if a := v.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	g := newFirm(t, chatting)
	link := g.byLink(g.serve())
	if a := link.get("/"); strings.Contains(a.body, `href="/chat"`) {
		t.Error("a mailed link sees conversations")
	}
}

// What a page lacks comes since the message that it shows, as a part of a page.
func TestConversationSince(t *testing.T) {
	f := newFirm(t, chatting)
	id, _ := f.talk()
	v := f.byPassword(f.serve())
	first := dbtest.Int(t, f.raw, "SELECT min(id) FROM conversation_messages")
	a := v.get("/chat/" + id + "/suite?apres=" + strconv.FormatInt(first, 10))
	if a.status != 200 || strings.Contains(a.body, "Quand venez-vous") || !strings.Contains(a.body, "Jeudi.") || strings.Contains(a.body, "<html") {
		t.Errorf("%d %s", a.status, a.body)
	}
	all := v.get("/chat/" + id + "/suite?apres=zzz")
	if !strings.Contains(all.body, "Quand venez-vous") {
		t.Error("a number that is none gives the newest page")
	}
}

// hear reads notices until one says n.
func hear(t *testing.T, r *bufio.Reader, n string) {
	t.Helper()
	for range 20 {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("%v before %q", err, n)
		}
		if strings.TrimSpace(line) == "data: "+n {
			return
		}
	}
	t.Fatalf("never heard %q", n)
}

// A stream tells that something was said and how much is unread; it ends with the session, with the
// area shut, with the portal.
func TestStreamEndsWithTheSession(t *testing.T) {
	f := newFirm(t, chatting)
	id, _ := f.talk()
	server := f.serve()
	for name, end := range map[string]func(*visitor){
		"signed out": func(v *visitor) { v.post("/deconnexion", "") },
		"area shut": func(*visitor) {
			f.exec("UPDATE contacts SET areas = '[\"invoices\"]' WHERE id = ?", f.claire.Contacts[0].ID)
		},
		"portal closed":    func(*visitor) { f.portal.Pause(true) },
		"chat is switched": func(*visitor) { f.chats = false },
	} {
		f.exec("UPDATE contacts SET areas = NULL")
		f.portal.Pause(false)
		f.chats = true
		v := f.byPassword(server)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/chat/flux", http.NoBody)
		f.must(err)
		res, err := v.client.Do(r)
		f.must(err)
		if res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", name, res.Header)
		}
		in := bufio.NewReader(res.Body)
		hear(t, in, "1")
		_, err = f.chat.Write(t.Context(), f.staff, chat.Say{Key: "stream-" + strings.ReplaceAll(name, " ", "-"), ConversationID: id, Body: "Encore"})
		f.must(err)
		hear(t, in, "2")
		end(v)
		f.chat.Notices.Ring(f.claire.ID) // or the next beat
		for err == nil {
			_, err = in.ReadString('\n')
		}
		_ = res.Body.Close()
		f.exec("UPDATE conversation_contact_reads SET message_id = 0")
		f.exec("INSERT INTO conversation_contact_reads (conversation_id, contact_id, message_id, read_at) SELECT id, contact_id, last_message_id - 1, created_at FROM conversations WHERE true ON CONFLICT DO UPDATE SET message_id = excluded.message_id")
		f.chat.Notices.Ring(f.claire.ID)
	}
	for range 100 {
		if f.chat.Notices.Listeners() == 0 {
			break
		}
		runtime.Gosched()
		time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the server's goroutine ends by itself
	}
	if n := f.chat.Notices.Listeners(); n != 0 {
		t.Errorf("%d streams stay open", n)
	}
}

// Of one session, one address and all together only so many streams are open; those who left make room.
func TestStreamsAreCounted(t *testing.T) {
	f := newFirm(t, chatting, func(f *firm) { f.limits.StreamsSession = 2 })
	server := f.serve()
	v := f.byPassword(server)
	ctx, leave := context.WithCancel(t.Context())
	for range 2 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/chat/flux", http.NoBody)
		f.must(err)
		res, err := v.client.Do(r)
		f.must(err)
		hear(t, bufio.NewReader(res.Body), "0")
		defer func() { _ = res.Body.Close() }()
	}
	if a := v.get("/chat/flux"); a.status != http.StatusTooManyRequests {
		t.Errorf("a third stream: %d", a.status)
	}
	if a := v.get("/factures"); a.status != 200 {
		t.Errorf("pages suffer: %d", a.status)
	}
	leave()
	again := 0
	for ; again < 200; again++ {
		if a := v.listen("/chat/flux"); a.status == 200 {
			break
		}
		time.Sleep(5 * time.Millisecond) //nolint:forbidigo // the server's goroutine ends by itself
	}
	if again == 200 {
		t.Error("who left makes no room")
	}
}

// TestTwoHundredStreams opens 200 streams of real connections and prints what they cost (make bench
// shows it too).
func TestTwoHundredStreams(t *testing.T) {
	const many = 200
	f := newFirm(t, chatting, func(f *firm) { f.limits.StreamsSession = many })
	id, _ := f.talk()
	server := f.serve()
	v := f.byPassword(server)
	before := memory()
	readers := make([]*bufio.Reader, 0, many)
	v.client.Transport = &http.Transport{MaxConnsPerHost: 0}
	for range many {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/chat/flux", http.NoBody)
		f.must(err)
		res, err := v.client.Do(r)
		f.must(err)
		defer func() { _ = res.Body.Close() }()
		in := bufio.NewReaderSize(res.Body, 256)
		hear(t, in, "1")
		readers = append(readers, in)
	}
	after, cpu, began := memory(), cpuTime(), time.Now()
	_, err := f.chat.Write(t.Context(), f.staff, chat.Say{Key: "two-hundred", ConversationID: id, Body: "À tous"})
	f.must(err)
	for _, in := range readers {
		hear(t, in, "2")
	}
	each := (after - before) / many
	t.Logf("%d streams: %.1f MB in all (both ends), %d kB each; one notice to all: %s, CPU %s", many, float64(after-before)/(1<<20), each>>10, time.Since(began).Round(time.Millisecond), cpuTime()-cpu)
	if each > 256<<10 {
		t.Errorf("a stream costs %d kB", each>>10)
	}
	if a := f.byPassword(server).get("/factures"); a.status != 200 {
		t.Errorf("pages suffer: %d", a.status)
	}
}

func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (f *firm) exec(query string, args ...any) {
	f.Helper()
	_, err := f.raw.Exec(query, args...)
	f.must(err)
}

// chatTables are what each visitor may and may not do with conversations: a mailed link, whoever
// has it, is asked to sign in.
func chatTables(t map[string][]scenario) {
	pages := []string{"/chat", "/chat/nouveau", "/chat/flux", "/chat/{chat}", "/chat/{chat}/suite", "/chat/{chat}/fichiers/{chat-file}"}
	acts := []string{"/chat", "/chat/{chat}", "/chat/{chat}/fichiers", "/chat/{chat}/transcription"}
	for _, w := range []string{"stranger", "expired", "other", "link"} {
		list := []scenario{}
		for _, p := range pages {
			list = append(list, signIn(p))
		}
		for _, p := range acts {
			list = append(list, scenario{method: "POST", path: p, form: "cle=chat-tables&message=Bonjour", status: 303, to: "/connexion"})
		}
		t[w] = append(list, t[w]...)
	}
	t["password"] = append([]scenario{
		{method: "GET", path: "/chat", status: 200, has: []string{"Pose du parquet"}}, {method: "GET", path: "/chat/nouveau", status: 200, has: []string{"Sujet (facultatif)"}},
		{method: "GET", path: "/chat/{chat}", status: 200, has: []string{"Jeudi."}}, {method: "GET", path: "/chat/none", status: 404}, {method: "GET", path: "/chat/{chat}/fichiers/none", status: 404},
		{method: "POST", path: "/chat/{chat}", form: "cle=chat-tables&message=Bonjour", status: 303, to: "/chat/{chat}?fait=envoye"},
		{method: "POST", path: "/chat/{chat}/transcription", form: "cle=chat-tables-2", status: 303, to: "/chat/{chat}?fait=transcription", mails: 1},
	}, t["password"]...)
}

// A file that is not taken is refused beside its field, and what was typed with it comes back.
func TestFilesOfAConversationAreCounted(t *testing.T) {
	f := newFirm(t, chatting)
	f.must(f.files.AllowUploads(t.Context(), f.staff, true))
	id, _ := f.talk()
	v := f.byPassword(f.serve())
	send := func(key, words, name, content string) answer {
		return v.uploadTo("/chat/"+id+"/fichiers", map[string]string{"cle": key, "note": words}, name, content)
	}
	if a := send("chat-file-0001", "Voici", "plan.pdf", "%PDF-1.7 plan"); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	f.exec("INSERT INTO conversation_files (public_id, message_id, name, sha256, size, media_type) SELECT 'large', f.message_id, 'large.pdf', f.sha256, ?, f.media_type FROM conversation_files f JOIN conversation_messages m ON m.id = f.message_id WHERE m.side = 'contact'", attachments.CustomerMax)
	for key, content := range map[string]string{"chat-file-0002": "%PDF-1.7 more", "chat-file-0003": "<html>"} {
		a := send(key, "Le plan de l’étage", "etage.pdf", content)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="fichiers-faute"`) || !strings.Contains(a.body, ">Le plan de l’étage</textarea>") || !strings.Contains(a.body, `class="with-files" open`) {
			t.Errorf("%d: not beside the field, or what was typed is lost\n%s", a.status, a.body)
		}
		if !strings.Contains(a.body, "La limite de fichiers est atteinte") {
			t.Errorf("%s: no reason", key)
		}
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM conversation_messages WHERE body LIKE 'Le plan%'"); n != 0 {
		t.Errorf("%d messages of what was refused", n)
	}
}
