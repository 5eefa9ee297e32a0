import math
from types import SimpleNamespace
import torch

def randn_tensor(*_, **__): raise RuntimeError("noise is given")

class UnCLIPScheduler:
    def __init__(self, num_train_timesteps=1000, variance_type="fixed_small_log", prediction_type="epsilon", clip_sample_range=1.0):
        f = lambda t: math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
        self.betas = torch.tensor([min(1 - f((i + 1) / 1000) / f(i / 1000), 0.999) for i in range(1000)], dtype=torch.float32)
        self.alphas = 1 - self.betas
        self.alphas_cumprod = torch.cumprod(self.alphas, 0)
        self.kind, self.prediction, self.clip = variance_type, prediction_type, clip_sample_range
    def set_timesteps(self, n):
        ratio = 999 / (n - 1)
        self.timesteps = torch.tensor([int(round(i * ratio)) for i in range(n)][::-1])
    def step(self, output, t, x, prev_timestep=None):
        p = t - 1 if prev_timestep is None else prev_timestep
        a, a_p = self.alphas_cumprod[t], self.alphas_cumprod[p] if p >= 0 else torch.tensor(1.0)
        beta = self.betas[t] if p == t - 1 else 1 - a / a_p
        alpha = self.alphas[t] if p == t - 1 else 1 - beta
        if self.kind == "learned_range": output, predicted = output.split(x.shape[1], 1)
        x0 = (x - (1 - a).sqrt() * output) / a.sqrt() if self.prediction == "epsilon" else output
        x0 = x0.clamp(-self.clip, self.clip)
        mean = a_p.sqrt() * beta / (1 - a) * x0 + alpha.sqrt() * (1 - a_p) / (1 - a) * x
        if t > 0:
            variance = ((1 - a_p) / (1 - a) * beta).clamp(min=1e-20)
            if self.kind == "learned_range":
                share = (predicted + 1) / 2
                deviation = (0.5 * (share * beta.log() + (1 - share) * variance.log())).exp()
            else: deviation = (0.5 * variance.log()).exp()
            mean = mean + deviation * randn_tensor(x.shape)
        return SimpleNamespace(prev_sample=mean)
