# Asks R's survey and survival about the random designs beside this file and writes data/random.json.
#   Rscript tests/reference/random_designs.R tests/reference/data
# Written with R 4.2.2, survey 4.1-1, survival 3.5-3, jsonlite 1.8.4. In survey before 4.2 a lonely cluster under
# "adjust" is held against zero, which for means, shares and ratios is what later versions do too; totals under
# "adjust", and Wald's test, which is of totals, are therefore not asked for here; nor are
# low quantiles' limits, which it puts at the second answer where the first alone holds more.
suppressMessages({library(survey); library(survival); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
designs <- list(
  strata = function(d) svydesign(ids = ~1, strata = ~h, fpc = ~f1, data = d),
  clusters = function(d) svydesign(ids = ~c, strata = ~h, weights = ~w, fpc = ~f1, data = d, nest = TRUE),
  stages = function(d) svydesign(ids = ~c + k, strata = ~h, fpc = ~f1 + f2, data = d, nest = TRUE),
  fractions = function(d) svydesign(ids = ~c + k, strata = ~h, fpc = ~p1 + p2, data = d, nest = TRUE),
  remove = function(d) svydesign(ids = ~c, strata = ~h, weights = ~w, data = d, nest = TRUE),
  adjust = function(d) svydesign(ids = ~c, strata = ~h, weights = ~w, data = d, nest = TRUE),
  average = function(d) svydesign(ids = ~c, strata = ~h, weights = ~w, data = d, nest = TRUE))
cases <- list()
add <- function(design, kind, ..., expected) {
  # not estimable in R: nothing to hold against
  value <- tryCatch(suppressWarnings(expected), error = function(e) NULL)
  if (!is.null(value)) cases[[length(cases) + 1]] <<- list(design = design, kind = kind, ..., expected = unname(value))
}
four <- function(s, df) c(coef(s), SE(s), confint(s, df = df))
for (name in names(designs)) {
  d <- read.csv(file.path(folder, sprintf("random_%s.csv", name)))
  options(survey.lonely.psu = if (name %in% c("remove", "adjust", "average")) name else "fail")
  des <- designs[[name]](d)
  df <- degf(des)
  add(name, "mean", expected = four(svymean(~x, des, na.rm = TRUE), df))
  add(name, "ratio", expected = four(svyratio(~x, ~z, des, na.rm = TRUE), df))
  if (name != "adjust") add(name, "total", expected = four(svytotal(~x, des, na.rm = TRUE), df))
  add(name, "deff", expected = as.numeric(deff(svymean(~x, des, na.rm = TRUE, deff = TRUE))))
  for (m in c("xlogit", "asin", "beta", "mean", "likelihood"))
    add(name, "interval", method = m, g = "", expected = as.numeric(confint(svyciprop(~y, des, method = m, na.rm = TRUE))))
  for (g in c("a", "b")) {
    part <- des[d$g == g, ]
    for (m in c("xlogit", "asin", "beta", "mean", "likelihood"))
      add(name, "interval", method = m, g = g, expected = as.numeric(confint(svyciprop(~y, part, method = m, na.rm = TRUE))))
    add(name, "domain", g = g, expected = c(coef(svymean(~y, part, na.rm = TRUE)), SE(svymean(~y, part, na.rm = TRUE)), degf(part)))
  }
  k <- svyttest(x ~ sex, des)
  add(name, "t test", expected = c(k$estimate, k$statistic, k$parameter, k$p.value))
  for (s in if (name == "adjust") c("F", "Chisq") else c("F", "Chisq", "Wald", "adjWald")) {
    k <- svychisq(~g + sex, des, statistic = s)
    add(name, "chisq", statistic = s, expected = c(k$statistic, k$p.value))
  }
  for (rule in c("math", "school", "shahvaish", paste0("hf", 1:9)))
    add(name, "quantile", rule = rule, expected = coef(svyquantile(~x, des, c(.25, .5, .9), na.rm = TRUE, qrule = rule)))
  for (type in c("mean", "beta", "xlogit", "asin")) {
    k <- svyquantile(~x, des, c(.4, .7), na.rm = TRUE, interval.type = type)
    add(name, "woodruff", interval = type, expected = c(confint(k)))
  }
  sex <- data.frame(sex = c("f", "m"), Freq = c(1200, 900))
  t <- data.frame(t = 0:1, Freq = c(1000, 1100))
  if (name %in% c("clusters", "remove")) {
    adjusted <- list(
      "post-stratify" = postStratify(des, ~sex, sex),
      rake = rake(des, list(~sex, ~t), list(sex, t), control = list(maxit = 500, epsilon = 1e-12)),
      calibrate = calibrate(des, ~sex + d, population = c(`(Intercept)` = 2100, sexm = 900, d = 4000)))
    for (way in names(adjusted)) {
      s <- svymean(~x, adjusted[[way]], na.rm = TRUE)
      u <- svytotal(~x, subset(adjusted[[way]], g == "a"), na.rm = TRUE)
      add(name, "adjusted", way = way, expected = c(coef(s), SE(s), coef(u), SE(u)))
    }
  }
  if (!name %in% c("stages", "fractions", "strata")) {
    r <- as.svrepdesign(des, type = "JKn")
    add(name, "JKn", expected = c(SE(svymean(~x, r, na.rm = TRUE)), SE(svyratio(~x, ~z, r, na.rm = TRUE)), degf(r)))
  }
}
d <- read.csv(file.path(folder, "random_cohort.csv"))
d$any <- as.integer(d$event > 0)
at <- c(3, 6, 12, 18)
curve <- function(f) { z <- summary(f, times = at, extend = TRUE); c(z$surv, z$std.err, z$lower, z$upper) }
for (type in c("plain", "log", "log-log", "arcsin", "logit"))
  add("cohort", "curve", interval = type, expected = curve(survfit(Surv(months, any) ~ 1, d, conf.type = type)))
add("cohort", "late", expected = curve(survfit(Surv(entry, months, any) ~ 1, d)))
add("cohort", "clustered", expected = curve(survfit(Surv(months, any) ~ 1, d, weights = w, cluster = cl)))
z <- summary(survfit(Surv(months, factor(event, 0:3)) ~ 1, d, weights = w, id = id, robust = TRUE), times = at, extend = TRUE)
add("cohort", "ways", expected = c(t(z$pstate), t(z$std.err)))
add("cohort", "log-rank", expected = survdiff(Surv(months, any) ~ arm, d)$chisq)
add("cohort", "peto", expected = survdiff(Surv(months, any) ~ arm, d, rho = 1)$chisq)
written <- list(meta = list(R = "4.2.2", survey = as.character(packageVersion("survey")),
  survival = as.character(packageVersion("survival")), script = "random_designs.R"), cases = cases)
writeLines(toJSON(written, digits = 15, auto_unbox = TRUE, na = "null"), file.path(folder, "random.json"))
