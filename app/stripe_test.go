package app

import "testing"

// A variable sends the firm's keys to no other machine.
func TestKeysGoNowhereElse(t *testing.T) {
	for typed, want := range map[string]string{
		"http://127.0.0.1:4711": "http://127.0.0.1:4711", "http://127.9.8.7:1/path?x=1": "http://127.9.8.7:1", "http://[::1]:4711": "http://[::1]:4711", "http://somebody@127.0.0.1:1": "http://127.0.0.1:1",
		"": "", "http://localhost:4711": "", "http://192.168.1.10:4711": "", "http://203.0.113.9": "", "https://127.0.0.1": "", "http://api.stripe.com.example": "", "http://127.0.0.1.example": "",
		"http://127.0.0.1@example.com": "", "http://0.0.0.0:1": "", "http://[::]:1": "", "//127.0.0.1": "", "127.0.0.1:4711": "", "http://2130706433": "", "http://%31": "", "ftp://127.0.0.1": "",
	} {
		t.Setenv("COMPTOIR_STRIPE_URL", typed)
		if got := imitationOfStripe(); got != want {
			t.Errorf("%q: %q, not %q", typed, got, want)
		}
	}
}
