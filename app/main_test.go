package app_test

import (
	"os"
	"testing"

	"comptoir/app/apptest"
)

func TestMain(m *testing.M) {
	if os.Getenv(stripeFolder) == "" { // else it is the program that is killed, with an imitation of its own
		if err := os.Setenv(stripeURL, "http://127.0.0.1:1"); err != nil { // no test asks the real one
			panic(err)
		}
	}
	os.Exit(apptest.Main(m))
}
