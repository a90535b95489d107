@echo off
rem Installs the returns monitor from this folder, without a network, into a virtual environment of its own.
rem
rem   install.cmd [FOLDER]     FOLDER: where the environment is made (default: venv beside this script)
setlocal
set "here=%~dp0"
set "venv=%~1"
if "%venv%"=="" set "venv=%here%venv"
set /p wanted=<"%here%python-version.txt"

if not exist "%here%requirements-windows.txt" (
    echo install.cmd: this folder was not made for Windows. Make it with --also windows. 1>&2
    exit /b 1
)
py -%wanted% -m venv "%venv%" || (
    echo install.cmd: Python %wanted% is needed, with its launcher py. 1>&2
    exit /b 1
)
rem --isolated: no setting of this machine has pip look elsewhere. --require-hashes: nothing that differs is installed.
"%venv%\Scripts\python.exe" -m pip --isolated --disable-pip-version-check --quiet install --no-index --no-cache-dir ^
    --find-links "%here%wheels" --require-hashes --requirement "%here%requirements-windows.txt" || exit /b 1
"%venv%\Scripts\monitor.exe" --version || exit /b 1
echo Installed. Try it: "%venv%\Scripts\monitor.exe" demo
