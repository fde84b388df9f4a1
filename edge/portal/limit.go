package portal

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// class is the sort of work that a route makes, for its limit.
type class string

// The classes of work.
const (
	page    class = "page"    // one or two queries
	costly  class = "costly"  // a paper, a charge
	signin  class = "signin"  // an argon2 hash, a guess
	mailing class = "mailing" // a mail goes out
	asking  class = "asking"  // a step of a request for access: what is costly of it, a mail or a guess, office/registration counts
	link    class = "link"    // a session is written, and the audit log
	file    class = "file"    // a static file
	upload  class = "upload"  // files that come in
	talk    class = "talk"    // something said, or what was said since
	stream  class = "stream"  // stays open: counted by itself too (Limits.Streams)
	hook    class = "hook"    // a gateway's word, which is checked and noted
)

// Rate is events a second and how many may come at once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits bound what one address, one session and all together may ask (spec/security).
type Limits struct {
	Address map[class]Rate
	Session Rate
	Known   int // addresses and sessions remembered
	Serving int // requests at the same moment
	Flight  int // of one address at the same moment
	Drawing int // papers at the same moment
	Zipping int // archives at the same moment
	Uploads int // files coming in at the same moment
	Calling int // calls of gateways at the same moment
	Hearing int // words of gateways coming in at the same moment
	// Streams that are open at the same moment: of all, of one address, of one session.
	Streams, StreamsAddress, StreamsSession int
	Form                                    int64
}

// Unlimited are Limits for load runs over loopback, where one address is everybody.
func Unlimited() Limits {
	free := Rate{PerSecond: 1e9, Burst: 1 << 30}
	return Limits{Address: map[class]Rate{page: free, costly: free, signin: free, mailing: free, asking: free, link: free, file: free, upload: free, hook: free, talk: free, stream: free}, Session: free, Serving: 1024, Flight: 1024, StreamsAddress: 1024}
}

func (l Limits) withDefaults() Limits {
	usual := map[class]Rate{page: {20, 120}, costly: {2, 20}, signin: {0.2, 10}, mailing: {1.0 / 60, 5}, asking: {2, 40}, link: {0.2, 10}, file: {50, 300}, upload: {0.2, 12}, hook: {10, 100}, talk: {4, 60}, stream: {1, 30}}
	for c, r := range l.Address {
		usual[c] = r
	}
	l.Address = usual
	if l.Session == (Rate{}) {
		l.Session = Rate{PerSecond: 10, Burst: 80}
	}
	for _, d := range []struct {
		n     *int
		usual int
	}{{&l.Known, 4096}, {&l.Serving, 128}, {&l.Flight, 16}, {&l.Drawing, 4}, {&l.Zipping, 3}, {&l.Uploads, 6}, {&l.Calling, 24}, {&l.Hearing, 64}, {&l.Streams, 400}, {&l.StreamsAddress, 40}, {&l.StreamsSession, 4}} {
		if *d.n == 0 {
			*d.n = d.usual
		}
	}
	if l.Form == 0 {
		l.Form = 64 << 10
	}
	return l
}

// limits remembers who asked lately, within a fixed memory: two generations of buckets,
// the older one forgotten when the newer is full. A forgotten bucket starts anew; to have
// one forgotten, Known/2 other addresses must ask meanwhile.
type limits struct {
	l     Limits
	clock func() time.Time
	mu    sync.Mutex
	young map[string]*rate.Limiter
	old   map[string]*rate.Limiter
}

func newLimits(l Limits, clock func() time.Time) *limits {
	return &limits{l: l, clock: clock, young: map[string]*rate.Limiter{}, old: map[string]*rate.Limiter{}}
}

func (l *limits) bucket(key string, r Rate) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.young[key]; ok {
		return b
	}
	b, ok := l.old[key]
	if !ok {
		b = rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst)
	}
	if len(l.young) >= l.l.Known/2 {
		l.old, l.young = l.young, make(map[string]*rate.Limiter, l.l.Known/2)
	}
	l.young[key] = b
	return b
}

// address takes one event of a class from an address.
func (l *limits) address(c class, address string) bool {
	return l.bucket(string(c)+" "+address, l.l.Address[c]).AllowN(l.clock(), 1)
}

// session takes one event from a session.
func (l *limits) session(publicID string) bool {
	return l.bucket("session "+publicID, l.l.Session).AllowN(l.clock(), 1)
}
