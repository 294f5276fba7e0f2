# Every target makes its own environment first: .venv, from requirements.lock.
#   make PYTHON=/path/to/python3.12 …   chooses the Python (3.11 to 3.13)
#   make UV= …                          does without uv where it is installed
#   make lesson LAB_OPTIONS=--no-browser   passes options to JupyterLab
# All paths are relative, so that the folder may have any name.

PYTHON ?= python3
UV ?= uv
# nbgrader calls tools of its own by name, so they must be on the PATH.
RUN := PATH="$$PWD/.venv/bin:$$PATH" .venv/bin/python -m
LESSON := $(RUN) cnn_course.cli
ENV := .venv/made-in

# What the caller's shell holds of other environments must not reach this one.
unexport VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH PYTHONSTARTUP JUPYTER_PATH

.DEFAULT_GOAL := help
.PHONY: help lesson doctor teach build check grade feedback sample release script slides video report site \
  test quick lint bench fuzz hostile lock data clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

lesson: $(ENV)  ## open your own copy of the notebooks, in my-lesson/, in JupyterLab
	$(LESSON) learn my-lesson --lab='$(LAB_OPTIONS)'

doctor: $(ENV)  ## say what this machine can do, and what is missing for what
	@$(LESSON) doctor

teach: $(ENV)  ## open the whole course in JupyterLab, with Formgrader
	$(LESSON) teach --lab='$(LAB_OPTIONS)'

build: $(ENV)  ## make notebooks/, solutions/ and source/cnn/ from the masters
	$(LESSON) build

check: $(ENV)  ## say which notebooks no longer match their masters
	$(LESSON) check

sample: $(ENV)  ## make the sample class in submitted/
	$(LESSON) sample

grade: $(ENV)  ## grade what is in submitted/, or the sample class
	$(LESSON) grade

release: $(ENV)  ## make the zip that learners get, in build/
	$(LESSON) release

feedback: $(ENV)  ## make the feedback pages again, with all marks and comments; runs nothing
	$(LESSON) feedback

report: $(ENV)  ## say how the class did; grades for Canvas, Moodle and ILIAS
	$(LESSON) report

script: $(ENV)  ## write the video script in teaching/script/
	$(LESSON) script

slides: $(ENV)  ## make the slides in build/slides/
	$(LESSON) slides

video: $(ENV)  ## make the video in build/video/ (needs ffmpeg, Chromium; espeak-ng for a voice)
	$(LESSON) video

site: $(ENV)  ## build the static site in build/site/
	$(LESSON) site

# Two at a time, a file by one of them: a file's tests share what they made.
TESTS := $(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder

test: $(ENV)  ## run all tests
	$(TESTS)

quick: $(ENV)  ## run the tests that train nothing, run no submission and open no browser
	$(TESTS) -m "not slow and not browser"

lint: $(ENV)  ## ruff, its formatter, types, the layers of the imports
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	.venv/bin/ty check
	.venv/bin/python -c "from importlinter.cli import lint_imports_command as main; main()"

bench: $(ENV)  ## time grading against stock nbgrader
	$(LESSON) bench

FUZZ_SECONDS ?= 60
fuzz: $(ENV)  ## feed mutated files to all that reads learners' files (FUZZ_SECONDS=60)
	$(RUN) tests.fuzz --seconds $(FUZZ_SECONDS)

hostile: $(ENV)  ## show which hostile submissions succeed against stock nbgrader
	$(RUN) tests.hostile

lock: $(ENV)  ## pin the newest versions of everything (needs uv)
	env -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS "$(UV)" pip compile pyproject.toml --no-config \
	  --all-extras --universal --python-version 3.11 --python .venv/bin/python \
	  --generate-hashes --no-strip-extras --upgrade --quiet --custom-compile-command "make lock" \
	  --output-file requirements.lock

data: $(ENV)  ## draw the embedded images again from the originals (pip, apt; 65 MB)
	$(RUN) cnn_course.make_data

clean:  ## remove .venv and caches; never a submission or a grade
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find cnn_lesson tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Also made again in a folder that was moved or copied, as .venv holds absolute paths.
ifneq ($(shell cat .venv/made-in 2>/dev/null),$(shell pwd -P))
.PHONY: $(ENV)
endif
$(ENV): requirements.lock pyproject.toml
	@"$(PYTHON)" check_env.py --make --uv "$(UV)"
