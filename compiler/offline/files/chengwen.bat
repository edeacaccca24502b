@echo off
rem Runs chengwen with the Python of the bundle, else with the one that is installed.
set "CHENGWEN_START=%~dp0program\start.py"
if exist "%~dp0program\python\python.exe" (
    "%~dp0program\python\python.exe" "%CHENGWEN_START%" %*
    goto :end
)
where py >nul 2>nul
if not errorlevel 1 (
    py -3 "%CHENGWEN_START%" %*
    goto :end
)
where python >nul 2>nul
if not errorlevel 1 (
    python "%CHENGWEN_START%" %*
    goto :end
)
start "" notepad "%~dp0program\no-python.txt"
exit /b 3
:end
exit /b %errorlevel%
