// SPDX-License-Identifier: MIT
/* The models of "loss", and correlations. */
#include "tests/unit/scenarios.h"

static Scenario *
with_line (const char *line)
{
  char *text = g_strconcat (SCENARIO_BASE, line, "\n", NULL);
  Scenario *scenario = scenarios_good (text);

  g_free (text);
  return scenario;
}

static const ElementSpec *
element (const Scenario *scenario, unsigned link, unsigned index)
{
  const ScenarioLink *direction = g_ptr_array_index (scenario->links, link);

  g_assert_cmpuint (index, <, direction->chain->len);
  return &g_array_index (direction->chain, ElementSpec, index);
}

static void
test_models (void)
{
  Scenario *scenario = with_line (
      "link bob>alice loss 1% 25% ecn loss state 10% loss state 1% 2% 3% 4% 5% "
      "loss gemodel 10% ecn loss gemodel 1% 2% 3% 4% | loss burst 10% 4 shared "
      "delay 1ms reorder 5% 50% gap 3 duplicate 1% 2% corrupt 3% 4%");
  const LossSpec *loss = &element (scenario, 1, 0)->as.loss;

  g_assert_cmpint (loss->model, ==, LOSS_RANDOM);
  g_assert_cmpuint (loss->chance.share_ppb, ==, 10000000);
  g_assert_cmpuint (loss->chance.correlation_ppb, ==, 250000000);
  g_assert_true (loss->ecn);
  loss = &element (scenario, 1, 1)->as.loss;
  g_assert_cmpint (loss->model, ==, LOSS_STATE);
  g_assert_cmpuint (loss->state.p31, ==, 900000000);
  g_assert_cmpuint (loss->state.p23, ==, 1000000000);
  g_assert_cmpuint (loss->state.p14, ==, 0);
  g_assert_false (loss->ecn);
  loss = &element (scenario, 1, 2)->as.loss;
  g_assert_cmpuint (loss->state.p13, ==, 10000000);
  g_assert_cmpuint (loss->state.p31, ==, 20000000);
  g_assert_cmpuint (loss->state.p32, ==, 30000000);
  g_assert_cmpuint (loss->state.p23, ==, 40000000);
  g_assert_cmpuint (loss->state.p14, ==, 50000000);
  loss = &element (scenario, 1, 3)->as.loss;
  g_assert_cmpint (loss->model, ==, LOSS_GEMODEL);
  g_assert_cmpuint (loss->gemodel.r, ==, 900000000);
  g_assert_cmpuint (loss->gemodel.bad, ==, 1000000000);
  g_assert_cmpuint (loss->gemodel.good, ==, 0);
  g_assert_true (loss->ecn);
  loss = &element (scenario, 1, 4)->as.loss;
  g_assert_cmpuint (loss->gemodel.bad, ==, 30000000);
  g_assert_cmpuint (loss->gemodel.good, ==, 40000000);
  loss = &element (scenario, 1, 5)->as.loss;
  g_assert_cmpint (loss->model, ==, LOSS_BURST);
  g_assert_cmpuint (loss->burst, ==, 4);
  g_assert_true (loss->shared);
  /* A row ends with (1 - C) 90%, which is to be a quarter. */
  g_assert_cmpuint (loss->chance.correlation_ppb, ==, 722222223);
  g_assert_cmpuint (element (scenario, 1, 7)->as.reorder.gap, ==, 3);
  g_assert_cmpuint (element (scenario, 1, 7)->as.reorder.chance.correlation_ppb,
                    ==, 500000000);
  g_assert_cmpuint (element (scenario, 1, 8)->as.share.correlation_ppb, ==,
                    20000000);
  g_assert_cmpuint (element (scenario, 1, 9)->as.share.correlation_ppb, ==,
                    40000000);
  scenario_free (scenario);
}

/* netem's "ecn" stands anywhere. */
static void
test_netem (void)
{
  Scenario *scenario =
      with_line ("link alice>bob netem ecn delay 1ms loss gemodel 1% 10%");

  g_assert_cmpint (element (scenario, 0, 0)->kind, ==, ELEMENT_LOSS);
  g_assert_true (element (scenario, 0, 0)->as.loss.ecn);
  scenario_free (scenario);
}

static void
test_bad (void)
{
  static const ScenarioBad bad[] = {
    { "link alice>bob loss 5% 100%", 24, "correlation of 100%" },
    { "link alice>bob loss 5% 101%", 24, "correlation: '101%' is more" },
    { "link alice>bob loss 5% 1% 1%", 27, "unknown word '1%'" },
    { "link alice>bob loss gemodel", 28, "p is missing" },
    { "link alice>bob loss gemodel 1", 29, "p: '1' needs a percent" },
    { "link alice>bob loss gemodel 1% 2% 3% 4% 5%", 41, "unknown word '5%'" },
    { "link alice>bob loss state 60% 1% 0% 0% 41%", 27, "p13 and p14 are" },
    { "link alice>bob loss state 1% 60% 41%", 27, "p31 and p32 are more" },
    { "link alice>bob loss burst 5%", 29, "mean burst is missing" },
    { "link alice>bob loss burst 5% 0", 30, "not in 1 to 1000000" },
    { "link alice>bob loss burst 5% 1", 30, "shorter than without" },
    { "link alice>bob loss burst 100% 9", 32, "shorter than without" },
    { "link alice>bob ecn", 16, "unknown word 'ecn'" },
    { "link alice>bob netem delay 1ms ecn", 32, "what 'loss' would lose" },
    { "link alice>bob corrupt 1% 2", 27, "unknown word '2'" },
    { "link alice>bob corrupt 1% 100%", 27, "correlation of 100%" },
  };

  scenarios_check_bad (bad, G_N_ELEMENTS (bad));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_loss/models", test_models);
  g_test_add_func ("/scenario_loss/netem", test_netem);
  g_test_add_func ("/scenario_loss/bad", test_bad);
  return g_test_run ();
}
