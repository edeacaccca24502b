@echo off
rem Runs chengwen with the Python of the bundle, else with the one that is installed.
rem A Python is tried, not looked for: Windows has a python.exe that only leads to its shop.
rem One that the bundle has wheels for comes first, whatever else is installed.
setlocal
set "CHENGWEN_START=%~dp0program\start.py"
if exist "%~dp0program\python\python.exe" (
    "%~dp0program\python\python.exe" "%CHENGWEN_START%" %*
    goto end
)
for %%v in (3.13 3.12 3.11) do (
    if exist "%~dp0program\wheels\windows-amd64-%%v.txt" (
        py -%%v -c "" >nul 2>nul
        if not errorlevel 1 (
            py -%%v "%CHENGWEN_START%" %*
            goto end
        )
    )
)
py -3 -c "" >nul 2>nul
if not errorlevel 1 (
    py -3 "%CHENGWEN_START%" %*
    goto end
)
python -c "" >nul 2>nul
if not errorlevel 1 (
    python "%CHENGWEN_START%" %*
    goto end
)
start "" notepad "%~dp0program\no-python.txt"
exit /b 3
:end
exit /b %errorlevel%
