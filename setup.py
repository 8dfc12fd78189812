"Packaging reads settings.ini, the one place where project facts live."
from configparser import ConfigParser
from pathlib import Path
from setuptools import setup, find_packages

cfg = ConfigParser(delimiters=['='])
cfg.read(Path(__file__).with_name('settings.ini'), encoding='utf-8')
c = cfg['DEFAULT']
words = lambda k: c.get(k, '').split()

setup(name=c['lib_name'], version=c['version'], author=c['author'], keywords=c['keywords'], license='Apache-2.0',
      packages=find_packages(include=[c['lib_path']+'*']),
      package_data={c['lib_path']: ['weights/*.safetensors', 'weights/*.json', 'weights/README.md']},
      install_requires=words('requirements'), extras_require={'dev': words('dev_requirements')},
      entry_points={'console_scripts': words('console_scripts'),
                    'nbdev': [f"{c['lib_path']}={c['lib_path']}._modidx:d"]})
