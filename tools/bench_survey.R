# The work of bench_estimation.py (b) in R, where its package survey is installed.
if (!requireNamespace("survey", quietly = TRUE)) quit(status = 0)
suppressMessages(library(survey))
answers <- read.csv(commandArgs(trailingOnly = TRUE)[1])
design <- svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = answers, nest = TRUE)
indicators <- paste0("y", 0:19)
formula <- reformulate(indicators)
seconds <- system.time({
  svymean(formula, design)
  svyby(formula, ~ region + sex + age, design, svymean)
  svyby(formula, ~age, design, svymean)
})[["elapsed"]]
cat(sprintf("R survey %s, 100,000 rows, estimates and standard errors only: %.2f s\n", packageVersion("survey"), seconds))
