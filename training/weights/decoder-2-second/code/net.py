"""The decoder of decoder-2.json in plain torch, with the parameter names of diffusers' classes: for a machine without diffusers,
and without the layout changes that diffusers makes in training (which cost channels-last its speed)."""
import math, torch, torch.nn.functional as F
from torch import nn, Tensor

def alpha_bar_table():
    f = lambda t: math.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
    betas = torch.tensor([min(1 - f((i + 1) / 1000) / f(i / 1000), 0.999) for i in range(1000)], dtype=torch.float32)
    return torch.cumprod(1 - betas, 0)

def conv(m, x, pad_in=0):
    w, b = m.weight.to(x.dtype), m.bias.to(x.dtype)
    if pad_in: w = F.pad(w, (0, 0, 0, 0, 0, pad_in))
    w = w.contiguous(memory_format=torch.channels_last)
    return F.conv2d(x, w, b, padding=m.padding)

def linear(m, x): return F.linear(x, m.weight.to(x.dtype), m.bias.to(x.dtype))
def norm(m, x): return F.group_norm(x.float(), m.num_groups, m.weight, m.bias, m.eps)

class Resnet(nn.Module):
    def __init__(self, i, o, e=256, move=None):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(32, i, 1e-5), nn.Conv2d(i, o, 3, padding=1)
        self.time_emb_proj = nn.Linear(e, 2 * o)
        self.norm2, self.conv2 = nn.GroupNorm(32, o, 1e-5), nn.Conv2d(o, o, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(i, o, 1) if i != o else None
        self.move = move
    def forward(self, x, temb):
        h = F.silu(norm(self.norm1, x)).to(x.dtype)
        if self.move == "up":
            x, h = (F.interpolate(v, scale_factor=2.0, mode="nearest") for v in (x, h))
        elif self.move == "down":
            x, h = (F.avg_pool2d(v, 2) for v in (x, h))
        h = conv(self.conv1, h)
        scale, shift = linear(self.time_emb_proj, F.silu(temb))[:, :, None, None].float().chunk(2, 1)
        h = F.silu(norm(self.norm2, h) * (1 + scale) + shift).to(x.dtype)
        h = conv(self.conv2, h)
        if self.conv_shortcut is not None: x = conv(self.conv_shortcut, x)
        return x + h

class Attention(nn.Module):
    def __init__(self, c, context=128, head=64):
        super().__init__()
        self.heads, self.group_norm = c // head, nn.GroupNorm(32, c, 1e-5)
        self.to_q, self.to_k, self.to_v = nn.Linear(c, c), nn.Linear(c, c), nn.Linear(c, c)
        self.add_k_proj, self.add_v_proj = nn.Linear(context, c), nn.Linear(context, c)
        self.to_out = nn.ModuleList([nn.Linear(c, c)])
    def forward(self, x, context, bias):
        n, c, hh, ww = x.shape
        tokens = norm(self.group_norm, x).to(x.dtype).permute(0, 2, 3, 1).reshape(n, hh * ww, c)
        split = lambda v: v.view(n, -1, self.heads, c // self.heads).transpose(1, 2)
        q = split(linear(self.to_q, tokens))
        k = split(torch.cat([linear(self.add_k_proj, context), linear(self.to_k, tokens)], 1))
        v = split(torch.cat([linear(self.add_v_proj, context), linear(self.to_v, tokens)], 1))
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        out = linear(self.to_out[0], out.transpose(1, 2).reshape(n, hh * ww, c))
        return x + out.view(n, hh, ww, c).permute(0, 3, 1, 2)

class Block(nn.Module):
    def __init__(self, ins, out, attend, move):
        super().__init__()
        self.resnets = nn.ModuleList(Resnet(i, out) for i in ins)
        if attend: self.attentions = nn.ModuleList(Attention(out) for _ in ins)
        self.attend = attend
        if move:
            moved = nn.ModuleList([Resnet(out, out, move=move)])
            if move == "up": self.upsamplers = moved
            else: self.downsamplers = moved

class Mid(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.resnets, self.attentions = nn.ModuleList([Resnet(c, c), Resnet(c, c)]), nn.ModuleList([Attention(c)])

class TimeEmbedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(64, 256), nn.Linear(256, 256)

class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_in, self.time_embedding = nn.Conv2d(12, 64, 3, padding=1), TimeEmbedding()
        self.down_blocks = nn.ModuleList([Block([64], 64, False, "down"), Block([64], 128, True, "down"), Block([128], 192, True, None)])
        self.mid_block = Mid(192)
        self.up_blocks = nn.ModuleList([Block([384, 320], 192, True, "up"), Block([320, 192], 128, True, "up"), Block([192, 128], 64, False, None)])
        self.conv_norm_out, self.conv_out = nn.GroupNorm(32, 64, 1e-5), nn.Conv2d(64, 128, 3, padding=1)
    def forward(self, x, t, context, time, biases):
        half = torch.exp(-math.log(10000) * torch.arange(32, device=x.device, dtype=torch.float32) / 32)
        angle = t.float()[:, None] * half[None]
        emb = torch.cat([angle.cos(), angle.sin()], 1).to(x.dtype)
        emb = linear(self.time_embedding.linear_2, F.silu(linear(self.time_embedding.linear_1, emb))) + time
        h = conv(self.conv_in, x, pad_in=x.shape[1] - 12)
        skips = [h]
        at = lambda block, k, h: block.attentions[k](h, context, biases[h.shape[-1]]) if block.attend else h
        for block in self.down_blocks:
            for k, resnet in enumerate(block.resnets):
                h = at(block, k, resnet(h, emb)); skips.append(h)
            if hasattr(block, "downsamplers"):
                h = block.downsamplers[0](h, emb); skips.append(h)
        h = self.mid_block.resnets[0](h, emb)
        h = self.mid_block.attentions[0](h, context, biases[h.shape[-1]])
        h = self.mid_block.resnets[1](h, emb)
        for block in self.up_blocks:
            for k, resnet in enumerate(block.resnets):
                h = at(block, k, resnet(torch.cat([h, skips.pop()], 1), emb))
            if hasattr(block, "upsamplers"): h = block.upsamplers[0](h, emb)
        return conv(self.conv_out, F.silu(norm(self.conv_norm_out, h)).to(x.dtype))

class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Unet()
        self.head = nn.Sequential(nn.Conv2d(37, 32, 3, padding=1), nn.SiLU(), nn.Conv2d(32, 6, 3, padding=1))
    def forward(self, x_t, t, a, context, time, mask, dtype):
        """v and interpolation, float32 [N, 3, S, S] each."""
        context, mask = F.pad(context, (0, 0, 0, 4)), F.pad(mask, (0, 4))  # 40 places: rows of keys are then multiples of eight
        bias = torch.zeros_like(mask).masked_fill(mask == 0, -10000.0).to(dtype)
        biases = {}
        for side in (16, 8):
            biases[side] = F.pad(bias, (0, side * side))[:, None, None, :].expand(-1, -1, side * side, -1)
        packed = F.pixel_unshuffle(x_t, 2)
        packed = F.pad(packed, (0, 0, 0, 0, 0, 4)).to(dtype).contiguous(memory_format=torch.channels_last)  # 16 channels: tensor cores
        out = F.pixel_shuffle(self.net(packed, t, context.to(dtype), time.to(dtype), biases), 2)
        level = torch.cat([a.sqrt()[:, None], (1 - a).sqrt()[:, None]], 1)[:, :, None, None].expand(-1, -1, *x_t.shape[2:])
        seen = torch.cat([out, x_t.to(dtype), level.to(dtype), torch.zeros_like(out[:, :3])], 1).contiguous(memory_format=torch.channels_last)  # 40
        h = F.silu(conv(self.head[0], seen, pad_in=3))
        last = self.head[2]  # eight outputs, of which two are nothing
        w = F.pad(last.weight, (0, 0, 0, 0, 0, 0, 0, 2)).to(dtype).contiguous(memory_format=torch.channels_last)
        h = F.conv2d(h, w, F.pad(last.bias, (0, 2)).to(dtype), padding=1)[:, :6]
        out = out[:, :6].float() + h.float()
        return out[:, :3], out[:, 3:]

class Condition(nn.Module):
    def __init__(self):
        super().__init__()
        self.learned_classifier_free_guidance_embeddings = nn.Parameter(torch.zeros(128))
        self.embedding_proj, self.clip_image_embeddings_project_to_time_embeddings = nn.Linear(128, 256), nn.Linear(128, 256)
        self.clip_extra_context_tokens_proj, self.encoder_hidden_states_proj = nn.Linear(128, 512), nn.Linear(128, 128)
        self.text_encoder_hidden_states_norm = nn.LayerNorm(128)
    def forward(self, z, text, states, mask):
        """Context [N, 36, 128], time [N, 256], mask [N, 36]; float32 (small)."""
        time = self.clip_image_embeddings_project_to_time_embeddings(z) + self.embedding_proj(text)
        tokens = self.clip_extra_context_tokens_proj(z).view(len(z), -1, 4).permute(0, 2, 1)
        states = self.text_encoder_hidden_states_norm(self.encoder_hidden_states_proj(states))
        return torch.cat([tokens, states], 1), time, F.pad(mask, (4, 0), value=1.0)

class Both(nn.Module):
    """What is trained: compiled as one."""
    def __init__(self):
        super().__init__()
        self.decoder, self.condition = Decoder(), Condition()
    def forward(self, x_t, t, a, z, text, states, mask, dtype=torch.bfloat16):
        context, time, mask = self.condition(z, text, states, mask)
        return self.decoder(x_t, t, a, context, time, mask, dtype)
