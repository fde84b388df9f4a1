package app_test

import (
	"os"
	"testing"

	"comptoir/app/apptest"
)

func TestMain(m *testing.M) {
	if err := os.Setenv("COMPTOIR_STRIPE_URL", "http://127.0.0.1:1"); err != nil { // no test asks the real one
		panic(err)
	}
	os.Exit(apptest.Main(m))
}
