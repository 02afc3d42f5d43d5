"""The rota (tillgänglighetsjour): who is on duty when, and which hours lack cover. Pure; times are UTC unless named."""
